"""The reading log: what is noted, who may look, how long it stays."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client

from qiming.kernel import time
from qiming.registry import testing
from qiming.registry.testing import Cast
from qiming.trust import queries, services
from qiming.trust.models import AccessLog
from qiming.trust.rules import reads as rules

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return testing.cast(pupils=3)


def read(cast: Cast, who: str = "teacher", index: int = 0, verb: str = "registry.see_roster") -> None:
    pupil = cast.pupils[index]
    services.log_read(
        cast.actor(who), verb=verb, subjects=[pupil.id], scope_path=pupil.scope_path, what="学情报告"
    )


def seen(person_id: UUID) -> list[tuple[str, str, str]]:
    return [(one.reader_name, one.role, one.what) for one in queries.reads_of(person_id)]


def test_a_reading_is_noted_once_in_ten_minutes_per_reader_and_kind(cast: Cast) -> None:
    start = time.now().replace(minute=0, second=5)
    with time.frozen(start):
        read(cast)
        read(cast)
        read(cast, "head")
        read(cast, verb="registry.see_classes")
    with time.frozen(start + timedelta(minutes=11)):
        read(cast)
    assert len(queries.reads_of(cast.pupils[0].id)) == 4
    assert ("head老师", "校长", "学情报告") in seen(cast.pupils[0].id)
    assert queries.reads_of(cast.pupils[1].id) == []


def test_many_subjects_at_once_and_not_oneself(cast: Cast) -> None:
    ids = [pupil.id for pupil in cast.pupils]
    services.log_read(
        cast.pupil_actor(0), verb="registry.see_roster", subjects=[*ids, *ids], scope_path=cast.klass.path
    )
    assert [len(queries.reads_of(person_id)) for person_id in ids] == [0, 1, 1]


def test_latest_first_in_the_words_of_the_access_table_and_for_readers_who_left(cast: Cast) -> None:
    pupil = cast.pupils[0]
    read(cast)
    with time.frozen(time.now() + timedelta(hours=1)):
        AccessLog.objects.create(
            reader_id=uuid4(),
            verb="registry.see_roster",
            subject_id=pupil.id,
            scope_path=pupil.scope_path,
            bucket=0,
        )
    first, second = queries.reads_of(pupil.id)
    assert first.reader_name == "已离开的人" and "任课老师" in first.what and first.role == ""
    assert (second.reader_name, second.role) == ("teacher老师", "老师")


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("admin", 200),
        ("guardian", 200),
        ("teacher", 403),
        ("head", 403),
        ("other_admin", 404),
        ("district_officer", 403),
    ],
)
def test_who_may_look(cast: Cast, who: str, status: int) -> None:
    read(cast)
    url = f"/reads/{cast.pupils[0].id}/"
    answer = cast.client(who).get(url)
    assert answer.status_code == status
    assert ("学情报告" in answer.content.decode()) is (status == 200)
    assert Client().get(url).status_code == 302


def test_a_pupil_sees_the_own_log_and_no_other(cast: Cast) -> None:
    read(cast)
    client = cast.pupil_client(0)
    assert client.get("/reads/")["Location"] == f"/reads/{cast.pupils[0].id}/"
    page = client.get(f"/reads/{cast.pupils[0].id}/").content.decode()
    assert "1个人看过你的记录" in page and "teacher老师" in page and "保留3年" in page
    assert client.get(f"/reads/{cast.pupils[1].id}/").status_code == 404
    assert client.get(f"/reads/{uuid4()}/").status_code == 404


def test_a_guardian_sees_only_the_ward(cast: Cast) -> None:
    client = cast.client("guardian")
    assert client.get("/reads/")["Location"] == f"/reads/{cast.pupils[0].id}/"
    assert client.get(f"/reads/{cast.pupils[1].id}/").status_code == 404


def test_the_pupils_page_leads_administrators_to_the_log(cast: Cast) -> None:
    link = f"/reads/{cast.pupils[0].id}/"
    page = f"/school/pupils/{cast.pupils[0].id}/"
    assert link in cast.client("admin").get(page).content.decode()
    assert link not in cast.client("teacher").get(page).content.decode()
    assert "班级名单" in cast.client("admin").get("/reads/").content.decode()


def test_the_nearest_role_explains_a_reading(cast: Cast) -> None:
    path = cast.klass.path
    grants = [*cast.actor("city_officer").grants, *cast.actor("teacher").grants]
    assert rules.role_towards(grants, path, is_guardian=False) == "teacher"
    assert rules.role_towards([], path, is_guardian=True) == "guardian"
    assert rules.role_towards([], path, is_guardian=False) == ""
