"""Syllabuses: the platform's own from content/, and those a school, district or city brings in a spreadsheet."""
