"""A course on paper: 学习手册, teacher's guides, task sheets, answer book and slides as PDF."""

from qiming.curriculum.printing.books import BOOKS, PRINTING, Book, sheet_pages, write_book

__all__ = ["BOOKS", "PRINTING", "Book", "sheet_pages", "write_book"]
