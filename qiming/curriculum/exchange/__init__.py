"""Courses, graphs and syllabuses in other people's formats."""
