from typing import Any

import pytest

from qiming.registry import testing


@pytest.fixture(autouse=True)
def cheap_passwords(settings: Any) -> None:
    """Argon2 is slow on purpose; these tests try dozens of passwords."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def cast(db: None) -> testing.Cast:
    return testing.cast()
