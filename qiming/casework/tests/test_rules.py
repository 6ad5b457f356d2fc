"""Workflows as pure rules: what may not be written, what may not be done, and that history gives the state."""

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from qiming.casework import reading
from qiming.casework.rules import checking, clocks, drawing, moving, reviewing
from qiming.casework.types import Clock, Days, Kind, Moved, Mover, Proof, Verdict, Workflow

ROOT = Path(__file__).resolve().parents[3]
HERE = Path(__file__).parent
SHIPPED = [workflow for workflow, _ in reading.read_all(ROOT / "content")]
NAMING = yaml.safe_load((HERE / "naming.yaml").read_text())
ALL = [*SHIPPED, reading.parse(NAMING)]
EPOCH = datetime(2026, 11, 20, tzinfo=UTC)


def ids(workflow: Workflow) -> str:
    return workflow.key


def test_the_shipped_workflows_may_be_followed() -> None:
    assert {"resource"} <= {one.key for one in SHIPPED}
    assert [fault for one in ALL for fault in checking.faults(one)] == []


SPOILED: list[tuple[str, list[str | int], Any, str]] = [
    ("nobody's turn", ["states", "reviewed", "owner"], "", "没有人负责"),
    ("waits for ever", ["states", "reviewed", "clock"], None, "没有时限"),
    ("nobody is told", ["states", "reviewed", "clock", "escalate"], "duty:nobody", "没有人接手"),
    ("moves by itself to nowhere", ["states", "reviewed", "clock", "then"], "name", "不存在，或不由系统办"),
    ("reminded too late", ["states", "reviewed", "clock", "remind"], [9], "提醒要在时限之内"),
    ("way to nowhere", ["transitions", "name", "to"], "heaven", "不是一个状态"),
    ("way for nobody known", ["transitions", "name", "who"], ["duty:king"], "不认识"),
    ("refusal without a reason", ["transitions", "refuse", "reason"], False, "必须写理由"),
    ("own judge", ["transitions", "propose", "who"], ["applicant"], "不能给自己定"),
    ("unnamed proof", ["transitions", "submit", "evidence"], ["stamp"], "没有写进 evidence"),
    ("apart from nothing", ["transitions", "name", "apart_from"], ["dance"], "不存在"),
    ("review by nobody", ["reviews", "panel", "duty"], "king", "没有写进 duties"),
    ("objections to nobody", ["notice", "settle"], "duty:king", "没有人答复异议"),
    ("an end that goes on", ["transitions", "withdraw", "from"], ["draft", "named"], "终点不能再有出路"),
    ("out of reach", ["transitions", "propose", "from"], ["noticed"], "到不了"),
    ("a trap", ["transitions", "name", "to"], "noticed", "走不到任何终点"),
]


@pytest.mark.parametrize(
    ("place", "value", "says"), [row[1:] for row in SPOILED], ids=[row[0] for row in SPOILED]
)
def test_an_unfit_workflow_is_refused(place: list[str | int], value: Any, says: str) -> None:
    data = deepcopy(NAMING)
    at = data
    for step in place[:-1]:
        at = at[step]
    if value is None:
        del at[place[-1]]
    else:
        at[place[-1]] = value
    assert any(says in fault for fault in checking.faults(reading.parse(data)))


PEOPLE = [uuid4() for _ in range(5)]


@st.composite
def walks(draw: st.DrawFn) -> tuple[Workflow, list[tuple[str, int, list[str], str, bool]]]:
    """A workflow and tries at moving: any way, by anybody, with whatever evidence, whether conditions hold or not."""
    workflow = draw(st.sampled_from(ALL))
    step = st.sampled_from(sorted(workflow.transitions))
    kinds = st.lists(st.sampled_from(sorted(workflow.evidence) or ["x"]), max_size=3)
    tries = st.lists(
        st.tuples(
            step, st.integers(-1, len(PEOPLE) - 1), kinds, st.sampled_from(["", "理由"]), st.booleans()
        ),
        max_size=60,
    )
    return workflow, draw(tries)


def says_yes(_: moving.Facts) -> str:
    return ""


def says_no(_: moving.Facts) -> str:
    return "还不行"


def answers_to(workflow: Workflow, who: int) -> frozenset[str]:
    """Person 0 applied; the others hold every duty and role between them, some of them several."""
    if who < 0:
        return frozenset({"system"})
    words = sorted(
        {word for step in workflow.transitions.values() for word in step.who} - {"system", "applicant"}
    )
    return frozenset(word for at, word in enumerate(words) if at % 4 == who - 1 or who == 1) | (
        {"applicant"} if who == 0 else set()
    )


@given(walks())
@settings(max_examples=300, deadline=None)
def test_whatever_is_tried_history_stays_lawful(
    walk: tuple[Workflow, list[tuple[str, int, list[str], str, bool]]],
) -> None:
    workflow, tries = walk
    history = [Moved(1, EPOCH, moving.OPENED, "", workflow.first, PEOPLE[0])]
    for key, who, kinds, reason, holds in tries:
        state = history[-1].target
        step = workflow.transitions[key]
        mover = Mover(PEOPLE[who] if who >= 0 else None, answers_to(workflow, who))
        answer = moving.may_move(
            workflow,
            state,
            step,
            mover=mover,
            facts=moving.Facts(PEOPLE[0], history, {}),
            guards=dict.fromkeys(step.guards, says_yes if holds else says_no),
            given=kinds,
            reason=reason,
        )
        if not answer:
            continue
        # No illegal step, no step of the wrong person, nothing decided by its applicant, nothing without its evidence.
        assert state in step.sources
        assert mover.answers_to & set(step.who)
        assert not (step.kind in {Kind.DECIDES, Kind.REFUSES} and mover.person == PEOPLE[0])
        assert set(step.evidence) <= set(kinds)
        assert not step.reason or reason
        assert holds or not step.guards
        done = {one.transition for one in history if one.actor == mover.person and one.actor}
        assert not done & set(step.apart_from)
        history.append(Moved(len(history) + 1, EPOCH, key, state, step.target, mover.person, reason=reason))
        stands = moving.replay(workflow, history)
        assert stands.state == step.target
        assert stands.owner or stands.closed
    assert moving.replay(workflow, history).state == history[-1].target


@pytest.mark.parametrize(
    "spoil",
    [
        lambda rows: rows[1:],
        lambda rows: [rows[0], rows[2]],
        lambda rows: [rows[0], rows[2], rows[1]],
        lambda rows: [*rows, Moved(4, EPOCH, "name", "draft", "named", None)],
        lambda rows: [rows[0], Moved(2, EPOCH, "submit", "draft", "named", None)],
        lambda rows: [],
    ],
    ids=["beginning gone", "gap", "reordered", "wrong source", "wrong target", "empty"],
)
def test_a_history_that_does_not_follow_is_found(spoil: Any) -> None:
    workflow = reading.parse(NAMING)
    rows = [
        Moved(1, EPOCH, moving.OPENED, "", "draft", PEOPLE[0]),
        Moved(2, EPOCH, "submit", "draft", "reviewed", PEOPLE[0]),
        Moved(3, EPOCH, "propose", "reviewed", "noticed", PEOPLE[1]),
    ]
    assert moving.replay(workflow, rows).state == "noticed"
    with pytest.raises(moving.BrokenHistory):
        moving.replay(workflow, spoil(rows))


def test_an_unknown_condition_is_a_closed_door() -> None:
    workflow = reading.parse(NAMING)
    answer = moving.may_move(
        workflow,
        "noticed",
        workflow.transitions["name"],
        mover=Mover(PEOPLE[2], frozenset({"role:city_officer"})),
        facts=moving.Facts(PEOPLE[0], [], {}),
        guards={},
    )
    assert not answer
    assert len(answer.reasons) == 2


def test_every_word_of_an_event_is_sealed() -> None:
    event = Moved(
        2,
        EPOCH,
        "submit",
        "draft",
        "reviewed",
        PEOPLE[0],
        None,
        "好",
        (Proof("form", "表", "0" * 64),),
        {"a": 1},
    )
    case = UUID(int=1)
    seal = moving.digest(b"before", case, "flow", event)
    others = [
        Moved(3, EPOCH, "submit", "draft", "reviewed", PEOPLE[0], None, "好", event.evidence, {"a": 1}),
        Moved(
            2,
            EPOCH + timedelta(seconds=1),
            "submit",
            "draft",
            "reviewed",
            PEOPLE[0],
            None,
            "好",
            event.evidence,
            {"a": 1},
        ),
        Moved(2, EPOCH, "submit", "draft", "reviewed", PEOPLE[1], None, "好", event.evidence, {"a": 1}),
        Moved(2, EPOCH, "submit", "draft", "reviewed", PEOPLE[0], PEOPLE[1], "好", event.evidence, {"a": 1}),
        Moved(2, EPOCH, "submit", "draft", "reviewed", PEOPLE[0], None, "不好", event.evidence, {"a": 1}),
        Moved(2, EPOCH, "submit", "draft", "reviewed", PEOPLE[0], None, "好", (), {"a": 1}),
        Moved(2, EPOCH, "submit", "draft", "reviewed", PEOPLE[0], None, "好", event.evidence, {"a": 2}),
    ]
    assert len({seal, *(moving.digest(b"before", case, "flow", one) for one in others)}) == len(others) + 1
    assert moving.digest(b"other", case, "flow", event) != seal


REVIEW = reading.parse(NAMING).reviews["panel"]


def sheet(percent: int, verdict: str) -> reviewing.Sheet:
    return reviewing.Sheet(
        {"plan": round(percent * 0.6), "team": percent - round(percent * 0.6)}, Verdict(verdict)
    )


@pytest.mark.parametrize(
    ("sheets", "owed", "agreed"),
    [
        ([], 2, None),
        ([(80, "accept")], 2, None),
        ([(80, "accept"), (70, "accept")], 2, "accept"),
        ([(80, "accept"), (40, "reject")], 3, None),
        ([(95, "accept"), (60, "accept")], 3, None),
        ([(80, "accept"), (40, "reject"), (70, "accept")], 3, "accept"),
        ([(80, "accept"), (40, "reject"), (50, "return")], 3, "return"),
        ([(30, "reject"), (40, "reject")], 2, "reject"),
    ],
)
def test_reviews_agree_or_one_more_is_asked(
    sheets: list[tuple[int, str]], owed: int, agreed: str | None
) -> None:
    given_in = [sheet(*one) for one in sheets]
    assert reviewing.owed(REVIEW, given_in) == owed
    assert reviewing.agreed(REVIEW, given_in) == agreed


@pytest.mark.parametrize(
    ("points", "notes", "verdict", "says"),
    [
        ({"plan": 61, "team": 10}, {"plan": "好", "team": "好"}, "accept", "打0到60分"),
        ({"plan": -1, "team": 10}, {"plan": "好", "team": "好"}, "accept", "打0到60分"),
        ({"plan": 50}, {"plan": "好", "team": "好"}, "accept", "打0到40分"),
        ({"plan": 50, "team": 30}, {"plan": "好", "team": " "}, "accept", "写一句理由"),
        ({"plan": 50, "team": 30}, {"plan": "好", "team": "好"}, "maybe", "请选结论"),
        ({"plan": 20, "team": 10}, {"plan": "差", "team": "差"}, "accept", "总分不到60%"),
    ],
)
def test_a_sheet_that_cannot_be_handed_in(
    points: dict[str, int], notes: dict[str, str], verdict: str, says: str
) -> None:
    assert any(says in one for one in reviewing.faults(REVIEW, points, notes, verdict))
    assert reviewing.faults(REVIEW, {"plan": 50, "team": 30}, {"plan": "好", "team": "好"}, "accept") == []


people = st.builds(
    reviewing.Candidate,
    st.uuids(),
    st.frozensets(st.sampled_from(["text", "image", "ethics"])),
    st.integers(0, 12),
    st.integers(1, 10),
    st.sampled_from([(), ("是自己单位的申请",)]),
)


@given(st.lists(people, max_size=12, unique_by=lambda one: one.person), st.integers(0, 5))
def test_the_choice_of_reviewers_is_fair(candidates: list[reviewing.Candidate], count: int) -> None:
    chosen = reviewing.choose(candidates, count=count, wanted=["text"])
    by_id = {one.person: one for one in candidates}
    free = [one for one in candidates if not one.ties and one.load < one.capacity]
    assert len(chosen) == min(count, len(free)) == len(set(chosen))
    assert all(not by_id[one].ties and by_id[one].load < by_id[one].capacity for one in chosen)
    left = [one for one in free if one.person not in chosen]
    for one in chosen:
        for other in left:
            knows, other_knows = "text" in by_id[one].expertise, "text" in other.expertise
            assert knows >= other_knows
            if knows == other_knows:
                assert by_id[one].load / by_id[one].capacity <= other.load / other.capacity


@pytest.mark.parametrize(
    ("workplaces", "applicant_path", "declared", "count"),
    [
        (["b/d1/s1/k1/"], "b/d1/s1/", [], 1),
        (["b/d1/s1/"], "b/d1/s1/", [], 1),
        (["b/d1/"], "b/d1/s1/", [], 0),
        (["b/d1/s2/"], "b/d1/s1/", [], 0),
        (["b/d1/s2/"], "b/d1/s1/", ["师生"], 1),
        (["b/d1/s1/"], "b/d1/s1/", ["师生"], 2),
        (["b/"], "", [], 0),
    ],
)
def test_ties(workplaces: list[str], applicant_path: str, declared: list[str], count: int) -> None:
    found = reviewing.ties(
        person=PEOPLE[0],
        workplaces=workplaces,
        applicant=PEOPLE[1],
        applicant_path=applicant_path,
        declared=declared,
    )
    assert len(found) == count


def test_hours_never_pause_and_days_end_in_the_evening() -> None:
    entered = datetime(2027, 1, 29, 8, 0, tzinfo=UTC)

    def after(day: date, days: int) -> date:
        return date(2027, 3, 1) + timedelta(days=days - 1)  # winter holidays lie between

    def at_local(day: date, hour: int) -> datetime:
        return datetime(day.year, day.month, day.day, hour - 8, tzinfo=UTC)

    day = entered.date()
    assert clocks.due(Clock(24, Days.HOURS, "x"), entered, day, after, at_local) == entered + timedelta(
        hours=24
    )
    assert clocks.due(Clock(3, Days.SCHOOL, "x"), entered, day, after, at_local).date() == date(2027, 3, 3)
    assert clocks.due(Clock(3, Days.CALENDAR, "x"), entered, day, after, at_local).date() == date(2027, 2, 1)
    due = clocks.due(Clock(10, Days.CALENDAR, "x", remind=(1, 5)), entered, day, after, at_local)
    assert clocks.reminders(Clock(10, Days.CALENDAR, "x", remind=(1, 5)), due) == [
        due - timedelta(days=5),
        due - timedelta(days=1),
    ]


@pytest.mark.parametrize("workflow", ALL, ids=ids)
def test_the_picture_has_every_state_and_way_and_no_boxes_overlap(workflow: Workflow) -> None:
    drawn = drawing.draw(workflow, workflow.first)
    assert {box.key for box in drawn.boxes} == set(workflow.states)
    assert len({(box.x, box.y) for box in drawn.boxes}) == len(workflow.states)
    assert len(drawn.lines) == sum(len(step.sources) for step in workflow.transitions.values())
    assert all(0 <= box.x <= drawn.width - drawing.WIDTH and box.y >= 0 for box in drawn.boxes)
    assert sum(box.here for box in drawn.boxes) == 1
    assert workflow.states[workflow.first].title in drawn.says
