"""What is forgotten at night, and what stays."""

from datetime import timedelta

import pytest

from qiming.kernel import time
from qiming.kernel.errors import UserError
from qiming.registry import services
from qiming.registry.models import FamilyCode, RosterImport, Session, SignInFailure
from qiming.registry.services import sign_in
from qiming.registry.services.retention import forget_old
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


def test_old_rows_are_forgotten_and_fresh_ones_stay(cast: Cast) -> None:
    fill(cast)
    assert forget_old() == {"sessions": 0, "failures": 0, "codes": 0, "rosters": 0}
    with time.frozen(time.now() + timedelta(days=31)):
        assert forget_old() == {"sessions": 1, "failures": 2, "codes": 1, "rosters": 1}
        assert forget_old() == {"sessions": 0, "failures": 0, "codes": 0, "rosters": 0}
    kept = RosterImport.objects.unscoped("test").get()
    assert (kept.rows, kept.problems, kept.wrong_rows) == ({}, [], []) and kept.counts["wrong"] == 1
    assert not Session.objects.exists() and not SignInFailure.objects.exists()
    assert not FamilyCode.objects.unscoped("test").exists()
