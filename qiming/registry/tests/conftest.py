from pathlib import Path
from typing import Any

import pytest

from qiming.registry import testing
from qiming.registry.tests.oneroster_files import Files, city_files
from qiming.registry.tests.oneroster_world import Bring, bringing


@pytest.fixture(autouse=True)
def cheap_passwords(settings: Any) -> None:
    """Argon2 is slow on purpose; these tests try dozens of passwords."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def cast(db: None) -> testing.Cast:
    return testing.cast()


@pytest.fixture
def bring(cast: testing.Cast, tmp_path: Path) -> Bring:
    return bringing(cast, tmp_path)


@pytest.fixture
def files(cast: testing.Cast) -> Files:
    return city_files(cast.district.name)
