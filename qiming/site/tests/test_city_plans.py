"""On a simulated city, the pages of a day find their rows by indexes: no question walks a table that grows with it.

With sequential scans made unattractive the planner falls back on one only where no index serves, so a small city
tells what a large one would do. An index walked from end to end counts as a walk too.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client

from qiming.curriculum.models import ItemVersion
from qiming.kernel import time
from qiming.learning.models import Attempt, MasteryState
from qiming.registry import services
from qiming.registry.models import Account, ClassMembership, Guardianship, Organisation, RoleGrant
from qiming.registry.types import Role
from qiming.site.simulate import run
from qiming.site.simulate.city import Order
from qiming.site.simulate.copying import Sheet, text
from qiming.site.simulate.ids import Ids
from qiming.teaching.models import LivePeriod, Presence, TaughtPeriod
from qiming.trust.models import AccessLog
from tests.shipped import load_shipped

SCHOOL_DAY = datetime(2026, 11, 20, 9, 55, tzinfo=time.SHANGHAI)
WHY = "the test looks for somebody to be"
# What grows with the city; the others are as large in a village.
MANY = 150  # rows below which a table of this small city tells nothing
GROWS = {
    "registry_organisation", "registry_person", "registry_account", "registry_classmembership", "registry_classcard",
    "registry_employment", "registry_rolegrant", "registry_guardianship", "registry_session", "registry_familycode",
    "registry_groupmembership", "teaching_offering", "teaching_taughtperiod", "teaching_attendance",
    "teaching_periodevidence", "teaching_periodcredit", "teaching_liveperiod", "teaching_presence",
    "teaching_homework", "teaching_periodchange", "teaching_periodphoto", "learning_attempt", "learning_progress",
    "learning_masterystate", "learning_work", "learning_practicerun", "learning_submission", "learning_hintuse",
    "records_statement", "governance_classcoverage", "governance_gradecoverage", "governance_planask",
    "kernel_auditrow", "kernel_outboxevent", "trust_accesslog", "trust_consent",
}  # fmt: skip


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker: Any) -> Iterator["Cast"]:
    with django_db_blocker.unblock():
        try:
            with transaction.atomic(), time.frozen(SCHOOL_DAY):
                services.load_units_and_calendar()
                load_shipped()
                run.simulate(Order(pupils=3_000, schools=8, seed=7, year="2026-2027"))
                cast = Cast()
                fill(cast)
                with connection.cursor() as cursor:
                    cursor.execute("ANALYZE")
                yield cast
                raise _Undo
        except _Undo:
            pass


class _Undo(Exception):
    pass


class Cast:
    """Somebody of each kind, around one class that has had a period on the platform."""

    def __init__(self) -> None:
        held = TaughtPeriod.objects.unscoped(WHY).filter(state="confirmed", evidence_kind="platform")
        self.period = held.exclude(offering=None).order_by("id")[0]
        self.group = self.period.class_group_id
        path = self.period.scope_path
        self.school = Organisation.objects.unscoped(WHY).get(
            kind="school", scope_path=path[: path[:-1].rfind("/") + 1]
        )
        pupil = ClassMembership.objects.unscoped(WHY).filter(class_group_id=self.group).first()
        assert pupil
        self.people: dict[str, UUID | None] = {
            "nobody": None,
            "pupil": pupil.person_id,
            "teacher": self._holder(Role.TEACHER, self.group),
            "admin": self._holder(Role.SCHOOL_ADMIN, self.school.id),
            "head": self._holder(Role.SCHOOL_HEAD, self.school.id),
            "district": self._holder(Role.DISTRICT_OFFICER, self.school.parent_id),
            "city": Account.objects.get(username="city").person_id,
        }
        self.city = Organisation.objects.unscoped(WHY).get(kind="city")

    @staticmethod
    def _holder(role: Role, place: UUID | None) -> UUID:
        assert place
        grant = RoleGrant.objects.unscoped(WHY).filter(role=role.value, organisation_id=place).first()
        assert grant
        return grant.person_id

    def client(self, who: str) -> Client:
        client = Client()
        person = self.people[who]
        if person:
            client.force_login(Account.objects.get(person_id=person))
        return client

    def address(self, where: str) -> str:
        return where.format(
            group=self.group,
            offering=self.period.offering_id,
            lesson=self.period.lesson_key,
            period=self.period.id,
            school=self.school.id,
            district=self.school.parent_id,
            city=self.city.id,
            pupil=self.people["pupil"],
        )


def fill(city: Cast) -> None:
    """Rows in the tables that a school year fills and the simulation leaves empty: answers, beliefs, lessons held."""
    ids, at = Ids("plans", starts_ms=int(SCHOOL_DAY.timestamp() * 1000), number=99), text(SCHOOL_DAY)
    item = ItemVersion.objects.first()
    held = TaughtPeriod.objects.unscoped(WHY).filter(state="confirmed").exclude(offering=None)
    members = list(
        ClassMembership.objects.unscoped(WHY).order_by("id").values_list("person_id", "scope_path")
    )
    assert item
    attempts = Sheet(
        Attempt, "id", "created_at", "scope_path", "pupil_id", "offering_id", "item_version_id", "lesson_key",
        "activity_key", "item_key", "concept", "context", "try_no", "response", "correct", "reply", "client_at",
        "late", "statement_id", "comment",
    )  # fmt: skip
    beliefs = Sheet(MasteryState, "id", "created_at", "scope_path", "pupil_id", "concept", "p")
    guards = Sheet(Guardianship, "id", "created_at", "scope_path", "guardian_id", "ward_id")
    reads = Sheet(
        AccessLog, "id", "created_at", "scope_path", "reader_id", "role", "verb", "subject_id", "bucket"
    )
    lives = Sheet(
        LivePeriod, "id", "created_at", "scope_path", "period_id", "join_code", "started_by", "ended_at"
    )
    presences = Sheet(Presence, "id", "created_at", "scope_path", "period_id", "pupil_id")
    for number, period in enumerate(held[:500]):
        lives.add(ids(), at, period.scope_path, period.id, f"{number:06d}", period.taught_by, at)
        presences.add(ids(), at, period.scope_path, period.id, members[number][0])
    for number, (pupil, path) in enumerate(members[:1500]):
        key = f"q{number % 8}"
        attempts.add(
            ids(), at, path, pupil, city.period.offering_id, item.id, "g7l1", "", key, "c001", "class", 1, "{}", "t",
            "", at, "", ids(), "",
        )  # fmt: skip
        beliefs.add(ids(), at, path, pupil, "c001", 0.5)
        guards.add(ids(), at, path, members[number - 700][0], pupil)
        reads.add(ids(), at, path, members[0][0], "teacher", "x", pupil, number)
    for sheet in (attempts, beliefs, guards, reads, lives, presences):
        sheet.write()


PAGES = [
    ("nobody", "/sign-in/"),
    ("pupil", "/learn/"),
    ("pupil", "/learn/{offering}/{lesson}/"),
    ("pupil", "/learn/practice/"),
    ("pupil", "/me/"),
    ("pupil", "/api/learning/sync?offering={offering}&lesson={lesson}&period={period}"),
    ("teacher", "/"),
    ("teacher", "/teach/"),
    ("teacher", "/teach/periods/{period}/"),
    ("teacher", "/teach/classes/{group}/ledger/"),
    ("teacher", "/insight/"),
    ("teacher", "/insight/classes/{group}/{offering}/"),
    ("teacher", "/insight/pupils/{pupil}/"),
    ("teacher", "/school/classes/"),
    ("teacher", "/school/classes/{group}/"),
    ("admin", "/"),
    ("admin", "/school/classes/"),
    ("admin", "/school/staff/"),
    ("admin", "/school/pupils/{pupil}/"),
    ("admin", "/school/import/"),
    ("head", "/desk/"),
    ("head", "/desk/{school}/classes/"),
    ("head", "/desk/classes/{group}/"),
    ("district", "/desk/"),
    ("district", "/desk/{district}/classes/?which=zero"),
    ("district", "/desk/{district}/table.csv"),
    ("district", "/places/"),
    ("district", "/samples/"),
    ("city", "/desk/"),
    ("city", "/desk/{city}/classes/?which=risk"),
    ("city", "/places/"),
]


@pytest.mark.parametrize(("who", "where"), PAGES)
def test_no_page_walks_a_table(city: Cast, db: None, who: str, where: str) -> None:
    with time.frozen(SCHOOL_DAY):
        client = city.client(who)
        asked = Asked()
        with connection.execute_wrapper(asked):
            answer = client.get(city.address(where))
            if answer.streaming:
                list(answer.streaming_content)  # type: ignore[attr-defined]
    assert answer.status_code == 200, answer
    assert asked.walks == []


def test_a_walk_is_seen(city: Cast, db: None) -> None:
    asked = Asked()
    with connection.execute_wrapper(asked):
        list(ClassMembership.objects.unscoped(WHY).filter(pupil_number_tail="7").values_list("id", flat=True))
        list(
            ClassMembership.objects.unscoped(WHY)
            .filter(pupil_number_tail="7")
            .order_by("id")
            .values_list("id", flat=True)[:3]
        )
    assert len(asked.walks) == 2


class Asked:
    """Explains every question that is asked and keeps those that walk through a growing table."""

    def __init__(self) -> None:
        self.walks: list[str] = []
        self._busy = False
        with connection.cursor() as cursor:
            cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples >= %s", [MANY])
            self._large = {str(name) for (name,) in cursor.fetchall()} & GROWS
            cursor.execute("SELECT indexrelid::regclass::text FROM pg_index WHERE indpred IS NOT NULL")
            self._partial = {
                str(name) for (name,) in cursor.fetchall()
            }  # holds only what is open: walking it is fine

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        text = str(sql)
        if not self._busy and re.match(r"\s*(SELECT|WITH|UPDATE|DELETE)", text) and not many:
            self._busy = True
            try:
                self._explain(text, params)
            finally:
                self._busy = False
        return execute(sql, params, many, context)

    def _explain(self, sql: str, params: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
            plan = cursor.fetchone()[0][0]["Plan"]
            cursor.execute("SET LOCAL enable_seqscan = on")
        self.walks += [f"{walked} in: {sql[:2000]}" for walked in self._walks(plan)]

    def _walks(self, node: dict[str, Any]) -> Iterator[str]:
        table, kind = node.get("Relation Name", ""), node["Node Type"]
        by_index = kind in ("Index Scan", "Index Only Scan")
        whole = by_index and "Index Cond" not in node and node["Index Name"] not in self._partial
        if table in self._large and (kind == "Seq Scan" or whole):
            yield f"{kind} of {table}"
        for below in node.get("Plans", ()):
            yield from self._walks(below)
