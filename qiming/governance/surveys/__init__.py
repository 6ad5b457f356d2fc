"""Surveys of drawn classes: who was asked is known, who said what is not."""
