"""What is forgotten at night, and what stays."""

from datetime import timedelta

import pytest

from qiming.kernel import time
from qiming.kernel.errors import UserError
from qiming.kernel.keeping import SWEEPERS, Holds
from qiming.registry import services
from qiming.registry.models import FamilyCode, RosterImport, Session, SignInFailure
from qiming.registry.services import sign_in
from qiming.registry.testing import Cast

pytestmark = pytest.mark.django_db
HEAD = "年级,班级,座号,姓名\n"


def fill(cast: Cast) -> None:
    cast.client("teacher")
    services.give_family_code(actor=cast.teacher, person_id=cast.pupils[0].id)
    services.preview_roster(
        actor=cast.admin, school_id=cast.school.id, name="a.csv", data=f"{HEAD}七年级,3班,x,甲同学\n".encode()
    )
    with pytest.raises(UserError):
        sign_in.by_password(username="nobody", password="wrong", address="10.0.0.1")


def swept(days: dict[str, int], holds: Holds | None = None) -> dict[str, int]:
    """How many rows each sweeper takes when its kind is kept for so many days."""
    now = time.now()
    return {
        key: len(SWEEPERS[f"registry.{key}"](now - timedelta(days=kept), holds or Holds()).ids)
        for key, kept in days.items()
    }


RULES = {"sessions": 0, "sign_in_failures": 1, "family_codes": 0, "roster_rows": 30}


def test_old_rows_are_forgotten_and_fresh_ones_stay(cast: Cast) -> None:
    fill(cast)
    assert set(swept(RULES).values()) == {0}
    with time.frozen(time.now() + timedelta(days=31)):
        assert swept(RULES) == {"sessions": 1, "sign_in_failures": 2, "family_codes": 1, "roster_rows": 1}
        assert set(swept(RULES).values()) == {0}
    kept = RosterImport.objects.unscoped("test").get()
    assert (kept.rows, kept.problems, kept.wrong_rows, kept.file_name) == ({}, [], [], "")
    assert kept.counts["wrong"] == 1
    assert not Session.objects.exists() and not SignInFailure.objects.exists()
    assert not FamilyCode.objects.unscoped("test").exists()


def test_what_is_held_stays(cast: Cast) -> None:
    fill(cast)
    with time.frozen(time.now() + timedelta(days=31)):
        held = swept({"family_codes": 0, "roster_rows": 30}, Holds(places=(cast.school.path,)))
        assert held == {"family_codes": 0, "roster_rows": 0}
        of_pupil = Holds(persons=frozenset({cast.pupils[0].id}))
        assert swept({"family_codes": 0}, of_pupil) == {"family_codes": 0}
