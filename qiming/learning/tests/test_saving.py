"""Autosave, works and lab acts: later writings win, nothing is lost, nothing is doubled."""

import base64
from datetime import timedelta
from typing import Any

import pytest

from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.kernel.models import AuditRow
from qiming.kernel.tests import samples
from qiming.kernel.time import now
from qiming.learning import rules, services
from qiming.learning.models import Progress, Work, WorkVersion
from qiming.learning.tests.conftest import LESSON, Class
from qiming.learning.types import KeptWork, LabAct, Saved, WorkKind
from qiming.records import queries as records
from qiming.registry import queries as registry
from qiming.teaching.models import PeriodEvidence
from qiming.trust import testing
from qiming.trust.types import Purpose


def field(value: Any, seconds: int = 0) -> dict[str, Any]:
    return {"v": value, "at": (now() + timedelta(seconds=seconds)).isoformat()}


def save(cls: Class, fields: Any, *, done: bool = False, seat: int = 1, **more: Any) -> Saved:
    return services.keep_progress(
        actor=cls.pupil(seat),
        offering_id=cls.offering.id,
        lesson_key=LESSON,
        activity_key=more.pop("activity", "guess"),
        fields=fields,
        done=done,
        **more,
    )


def test_fields_of_two_tabs_are_joined_and_the_later_writing_stays(cls: Class) -> None:
    save(cls, {"choice": field("B", 5), "why": field("因为", 1)})
    saved = save(cls, {"choice": field("A", 1), "other": field(1)})
    assert {name: one["v"] for name, one in saved.fields.items()} == {
        "choice": "B",
        "why": "因为",
        "other": 1,
    }


def test_the_same_saved_twice_changes_nothing(cls: Class) -> None:
    fields = {"choice": field("B")}
    first = save(cls, fields, done=True)
    again = save(cls, fields, done=True)
    assert again.version == first.version == 1 and again.done
    assert len(records.of_person(cls.world.pupils[0].id)) == 1


def test_done_stays_done_and_is_told_once(cls: Class) -> None:
    save(cls, {}, done=True)
    assert save(cls, {"a": field(1)}, done=False).done
    assert [one.verb for one in records.of_person(cls.world.pupils[0].id)] == ["completed"]


def test_done_in_class_counts_for_the_period(cls: Class) -> None:
    period = cls.runs(1)
    save(cls, {}, done=True, period_id=period.id)
    assert PeriodEvidence.objects.unscoped("test").filter(kind="activity").count() == 1


BAD: list[Any] = [
    "x",
    {"a": 1},
    {"a": {"v": 1}},
    {"a": {"v": 1, "at": "yesterday"}},
    {"a": {"v": 1, "at": "2026-11-24T10:00:00"}},
    {"": field("x")},
    {"a": field("x" * 7000)},
    {f"f{n}": field(n) for n in range(61)},
]


@pytest.mark.parametrize("fields", BAD)
def test_unreadable_fields_are_refused_whole(cls: Class, fields: Any) -> None:
    with pytest.raises(UserError, match="读不懂"):
        save(cls, fields)
    assert not Progress.objects.unscoped("test").exists()


def test_many_small_savings_cannot_grow_without_end(cls: Class) -> None:
    save(cls, {f"f{n}": field(n) for n in range(60)})
    with pytest.raises(UserError):
        save(cls, {f"g{n}": field(n) for n in range(10)})


def test_an_activity_of_no_lesson_is_refused(cls: Class) -> None:
    with pytest.raises(UserError, match="没有这一步"):
        save(cls, {}, activity="nothing")
    with pytest.raises(Denied):
        services.keep_progress(
            actor=cls.world.actor("teacher"),
            offering_id=cls.offering.id,
            lesson_key=LESSON,
            activity_key="guess",
            fields={},
            done=True,
        )


def keep(cls: Class, state: Any, *, seat: int = 1, **more: Any) -> KeptWork:
    given: dict[str, Any] = {
        "save_id": new_id(),
        "activity_key": "say",
        "kind": WorkKind.REFLECTION,
        "page": "one",
    }
    return services.keep_work(
        actor=cls.pupil(seat),
        offering_id=cls.offering.id,
        lesson_key=LESSON,
        state=state,
        **(given | more),
    )


def work(cls: Class) -> Work:
    return Work.objects.unscoped("test").get()


def test_a_draft_is_written_over_and_told_once(cls: Class) -> None:
    first = keep(cls, {"text": "我"})
    second = keep(cls, {"text": "我原来"}, base=first.version)
    assert (first.version, second.version, second.other_page) == (1, 2, False)
    assert work(cls).state == {"text": "我原来"} and not WorkVersion.objects.unscoped("test").exists()
    assert [one.verb for one in records.of_person(cls.world.pupils[0].id)] == ["created"]


def test_a_saving_sent_again_changes_nothing(cls: Class) -> None:
    keep(cls, {"text": "a"})
    same = new_id()
    one = keep(cls, {"text": "b"}, save_id=same)
    two = keep(cls, {"text": "b"}, save_id=same)
    assert one.version == two.version == 2


def test_writing_on_two_pages_loses_neither(cls: Class) -> None:
    keep(cls, {"text": "第一页"}, page="one", client_at=now())
    later = keep(cls, {"text": "第二页"}, page="two", base=0, client_at=now() + timedelta(seconds=5))
    assert later.other_page and work(cls).state == {"text": "第二页"}
    (version,) = WorkVersion.objects.unscoped("test").all()
    assert version.state == {"text": "第一页"} and version.why == "other_page"


def test_an_older_draft_that_arrives_late_is_set_aside(cls: Class) -> None:
    keep(cls, {"text": "新"}, client_at=now())
    late = keep(cls, {"text": "旧"}, page="two", client_at=now() - timedelta(minutes=9))
    assert late.other_page and work(cls).state == {"text": "新"}
    assert WorkVersion.objects.unscoped("test").get().state == {"text": "旧"}


def test_only_the_latest_drafts_set_aside_are_kept_but_all_handed_in(cls: Class) -> None:
    keep(cls, {"text": "start"}, hand_in=True)
    for number in range(25):
        keep(
            cls, {"text": str(number)}, page=f"p{number}", base=0, client_at=now() + timedelta(seconds=number)
        )
    versions = WorkVersion.objects.unscoped("test")
    assert versions.filter(why="other_page").count() == 20 and versions.filter(why="handed_in").count() == 1


def test_handing_in_freezes_a_version_and_may_be_done_again(cls: Class) -> None:
    keep(cls, {"text": "一"}, hand_in=True)
    keep(cls, {"text": "二"}, base=1, hand_in=True)
    states = [one.state for one in WorkVersion.objects.unscoped("test").order_by("no")]
    assert states == [{"text": "一"}, {"text": "二"}] and work(cls).handed_in_at is not None
    assert [one.verb for one in records.of_person(cls.world.pupils[0].id)] == ["submitted", "submitted"]


PHOTO = base64.b64encode(samples.jpeg()).decode()
PICTURE = {"local": {"a": f"data:image/jpeg;base64,{PHOTO}"}}


def test_own_pictures_stay_on_the_device_until_handed_in(cls: Class) -> None:
    lab: dict[str, Any] = {"activity_key": "try", "kind": WorkKind.LAB}
    with pytest.raises(UserError, match="自己的图片"):
        keep(cls, PICTURE, **lab)
    testing.agree(registry.pupil(cls.world.pupils[0].id), Purpose.CAMERA)
    keep(cls, PICTURE, hand_in=True, **lab)
    kept = work(cls).state["local"]["a"]
    assert kept.startswith("data:image/jpeg;base64,")
    assert samples.PLACE.encode() not in base64.b64decode(kept.partition(",")[2])
    with pytest.raises(UserError, match="不收的文件"):
        keep(cls, {"local": {"a": "data:image/svg+xml;base64,AAAA"}}, base=1, hand_in=True, **lab)


def test_what_is_too_big_is_refused_and_nothing_changes(cls: Class) -> None:
    keep(cls, {"text": "小"})
    with pytest.raises(UserError, match="太大"):
        keep(cls, {"text": "大" * rules.MAX_DRAFT_BYTES})
    assert work(cls).state == {"text": "小"}


@pytest.mark.parametrize("state", ["x", 3, None, ["a"]])
def test_what_is_no_work_is_refused(cls: Class, state: Any) -> None:
    with pytest.raises(UserError):
        keep(cls, state)


def act(cls: Class, *acts: LabAct, seat: int = 1, **more: Any) -> int:
    return services.keep_acts(
        actor=cls.pupil(seat),
        offering_id=cls.offering.id,
        lesson_key=LESSON,
        activity_key="try",
        acts=acts,
        **more,
    )


def test_lab_acts_are_statements_each_once(cls: Class) -> None:
    one, two = LabAct(new_id(), "trained", {"train": 18}), LabAct(new_id(), "reached", {"goal": 0})
    assert act(cls, one, two) == 2 and act(cls, two, one, LabAct(new_id(), "tested")) == 1
    verbs = sorted(str(row.verb) for row in records.of_person(cls.world.pupils[0].id))
    assert verbs == ["interacted", "interacted", "progressed"]
    assert AuditRow.objects.filter(verb="learning.did_in_lab").count() == 2


def test_too_many_acts_at_once_are_refused(cls: Class) -> None:
    with pytest.raises(UserError):
        act(cls, *[LabAct(new_id(), "x") for _ in range(51)])
