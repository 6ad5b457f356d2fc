"""A small content folder that is right in every way, to be bent by each test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from qiming.curriculum import queries

ROOT = Path(settings.ROOT)
COURSE = "courses/g7-tiny"
LESSON = f"{COURSE}/lessons/01-first"
FIXTURE = Path(__file__).parent / "content"


@pytest.fixture(autouse=True)
def forget_cached_versions() -> Iterator[None]:
    """Versions are kept once read; a test's database is rolled back under them."""
    yield
    for cached in (
        queries._lesson_refs,
        queries._lesson,
        queries._item,
        queries._items_of_lesson,
        queries._misconceptions,
        queries.grades_of,
        queries._teaching_material,
        queries.test_items,
        queries._with_root,
    ):
        cached.cache_clear()


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A copy of the tiny content folder, with the schemas that are published."""
    content = tmp_path / "content"
    shutil.copytree(FIXTURE, content)
    shutil.copytree(ROOT / "content" / "schemas", content / "schemas")
    return content


@pytest.fixture
def labs() -> Path:
    return ROOT / "web" / "labs"


@pytest.fixture
def bend(tiny: Path) -> Callable[[str, str, str], None]:
    """bend(file, old, new): replace text in one file of the tiny folder; the text must be there."""

    def replace(file: str, old: str, new: str) -> None:
        path = tiny / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace
