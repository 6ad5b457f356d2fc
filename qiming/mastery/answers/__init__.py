"""Answers of many students as columns: where they come from, how they are divided, what is wrong with them.

Needs numpy; kept apart from the step of the web tier, which needs nothing.
"""
