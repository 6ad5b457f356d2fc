"""Examinations 考试: results with their item table as schools have them, what the items are worth, what to teach next."""
