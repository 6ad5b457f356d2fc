"""A course on paper: 学习手册, teacher's guides, task sheets, answer book and slides as PDF."""

from qiming.curriculum.printing.books import BOOKS, PRINTING, Book, addresses, sheet_pages, write_book
from qiming.curriculum.printing.parts import on_paper, with_answer
from qiming.curriculum.printing.pictures import drawings

__all__ = [
    "BOOKS",
    "PRINTING",
    "Book",
    "addresses",
    "drawings",
    "on_paper",
    "sheet_pages",
    "with_answer",
    "write_book",
]
