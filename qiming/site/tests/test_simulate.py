"""A small simulated city in the database: rules hold, people can sign in, it goes on where it was broken off."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client

from qiming.governance.models import ClassCoverage
from qiming.kernel import time
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry
from qiming.registry import services
from qiming.registry.models import Account, ClassCard, ClassMembership, Person
from qiming.registry.secrets import card_token, pin_pictures
from qiming.registry.types import Stage
from qiming.site.demo.city import PASSWORD
from qiming.site.simulate import run
from qiming.site.simulate.city import Order
from qiming.teaching.models import Attendance, PeriodCredit, TaughtPeriod
from qiming.teaching.services.crediting import recompute
from tests.shipped import load_shipped

SCHOOL_DAY = datetime(2026, 11, 20, 9, 55, tzinfo=time.SHANGHAI)
ORDER = Order(pupils=1_500, schools=8, seed=7, year="2026-2027")
WHY = "the test looks at what was made"
TABLES = (
    "registry_organisation", "registry_person", "registry_classmembership", "registry_classcard",
    "registry_rolegrant", "teaching_offering", "teaching_taughtperiod", "teaching_attendance",
    "teaching_periodevidence", "teaching_periodcredit",
)  # fmt: skip


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Any:
    """One city for all tests of this file."""
    with django_db_blocker.unblock():
        try:
            with transaction.atomic(), time.frozen(SCHOOL_DAY):
                services.load_units_and_calendar()
                load_shipped()
                with transaction.atomic():
                    run.simulate(ORDER)
                    yield digest()
                    raise _Undo
        except _Undo:
            pass


@pytest.fixture
def city(made: str, db: None) -> Any:
    with time.frozen(SCHOOL_DAY):
        yield made


class _Undo(Exception):
    pass


def digest() -> str:
    """One word for every row of the tables a seed decides."""
    with connection.cursor() as cursor:
        parts = []
        for table in TABLES:
            hidden = "'token_hash'" if table == "registry_classcard" else "'stored_file_id'"
            cursor.execute(
                f"SELECT md5(string_agg((to_jsonb(t) - {hidden})::text, '' ORDER BY id)), count(*) FROM {table} t "
                "WHERE NOT (to_jsonb(t) ? 'kind' AND to_jsonb(t)->>'kind' IN ('city', 'district'))"
            )
            parts.append(str(cursor.fetchone()))
    return "\n".join(parts)


@pytest.mark.parametrize("real", ["person", "school", "demo"])
def test_it_keeps_out_of_a_database_in_use(db: None, real: str) -> None:
    with time.frozen(SCHOOL_DAY):
        services.load_units_and_calendar()
        if real == "person":
            Person.objects.create(name="真名", is_synthetic=False)
        else:
            services.found_school(
                district_id=registry.districts()[0].id,
                name="一中",
                stages=[Stage.JUNIOR],
                is_synthetic=real == "demo",
            )
        with pytest.raises(UserError) as refused:
            run.simulate(ORDER)
        assert refused.value.kept


def test_everybody_is_there_and_synthetic(city: str) -> None:
    members = ClassMembership.objects.unscoped(WHY).filter(ends_on=None)
    assert members.count() == ORDER.pupils
    assert ClassCard.objects.unscoped(WHY).count() == ORDER.pupils
    assert not Person.objects.filter(is_synthetic=False).exists()
    assert registry.city().is_synthetic
    assert len(registry.schools_under(registry.city().path)) == ORDER.schools
    assert Account.objects.filter(kind="pupil").count() == ORDER.pupils


def test_the_ledger_is_what_the_rules_make_of_it(city: str) -> None:
    """Computing it again from attendance and evidence changes no line, and no line is missing or too many."""

    def lines() -> list[Any]:
        rows = PeriodCredit.objects.unscoped(WHY).order_by("period_id", "pupil_id")
        return list(
            rows.values_list(
                "period_id",
                "pupil_id",
                "credited_minutes",
                "period_minutes",
                "basis",
                "reasons",
                "evidence_ids",
            )
        )

    before = lines()
    assert len(before) > ORDER.pupils
    for period in TaughtPeriod.objects.unscoped(WHY).filter(state="confirmed"):
        recompute(period)
    assert lines() == before


def test_there_is_a_spread(city: str) -> None:
    periods = TaughtPeriod.objects.unscoped(WHY)
    assert {"planned", "taught", "confirmed"} <= set(periods.values_list("state", flat=True))
    assert {"platform", "declared"} <= set(periods.values_list("evidence_kind", flat=True))
    statuses = Attendance.objects.unscoped(WHY).values_list("status", flat=True)
    assert {"present", "late", "absent", "excused"} <= set(statuses)
    coverage = ClassCoverage.objects.unscoped(WHY)
    assert coverage.filter(is_at_risk=True).exists()
    assert coverage.filter(is_at_risk=False).exists()
    assert coverage.filter(zero__gt=0, confirmed_milli=0).exists()


def test_a_pupil_comes_in_by_card(city: str) -> None:
    card = ClassCard.objects.unscoped(WHY).order_by("id")[10]
    client = Client()
    assert client.get(f"/c/{card_token(card.id, 1)}").status_code == 302
    pin = "-".join(pin_pictures(card.id, 1))
    assert client.post("/sign-in/pictures/", {"pin": pin}).status_code == 302
    home = client.get("/learn/")
    assert home.status_code == 200
    assert "均为虚构" in home.content.decode()


@pytest.mark.parametrize("username", ["city", "district01", "s0001.head", "s0001.admin", "s0001.t001"])
def test_staff_come_in_by_password(city: str, username: str) -> None:
    client = Client()
    client.post("/sign-in/", {"username": username, "password": PASSWORD})
    assert client.get("/", follow=True).status_code == 200
    assert client.session.get("_auth_user_id")


def test_the_same_order_changes_nothing_and_another_is_refused(city: str) -> None:
    assert run.simulate(ORDER) == 0
    assert digest() == city
    with pytest.raises(UserError, match="另一座"):
        run.simulate(Order(pupils=1_500, schools=8, seed=8, year="2026-2027"))


def test_it_goes_on_where_it_was_broken_off(db: None, monkeypatch: pytest.MonkeyPatch, made: str) -> None:
    with time.frozen(SCHOOL_DAY), transaction.atomic():
        _empty()
        check = run._check_seats
        seen: list[UUID] = []

        def breaks(unit: Any) -> None:
            seen.append(unit.id)
            if len(seen) == 3:
                raise KeyboardInterrupt
            check(unit)

        monkeypatch.setattr(run, "_check_seats", breaks)
        with pytest.raises(KeyboardInterrupt):
            run.simulate(ORDER)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'")
            assert cursor.fetchone() == (0,)
        monkeypatch.undo()
        run.simulate(ORDER)
        assert digest() == made


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        names = ", ".join([*TABLES[1:], "registry_account", "registry_employment", "kernel_auditrow"])
        cursor.execute(f"TRUNCATE {names}, teaching_periodphoto, governance_classcoverage CASCADE")
        cursor.execute("DELETE FROM registry_organisation WHERE kind = 'class_group'")
        cursor.execute("DELETE FROM registry_organisation WHERE kind = 'school'")
