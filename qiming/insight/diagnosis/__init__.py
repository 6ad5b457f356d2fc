"""Diagnosis 区域—学科—学校: concepts at a class, school, district or city as sums, and what somebody does about them."""
