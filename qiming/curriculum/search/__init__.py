"""Finding courses, lessons, concepts and items by Chinese words or by the first letters of their pinyin."""

from qiming.curriculum.search.finding import Hit, find
from qiming.curriculum.search.indexing import index_current

__all__ = ["Hit", "find", "index_current"]
