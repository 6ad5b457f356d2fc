"""A supervision round: what may not be asked, what is frozen, a school from its own words to the end."""

from dataclasses import replace

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from qiming.casework import services as casework
from qiming.casework.models import CaseEvent
from qiming.casework.types import Proof
from qiming.governance.jobs import recount_city
from qiming.governance.models import ClassCoverage
from qiming.governance.supervision import figures, queries, rules, services, sets
from qiming.governance.supervision.models import SchoolReview, SupervisionRound
from qiming.governance.supervision.rules import Indicator, IndicatorSet
from qiming.governance.yearend.rules import digest
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry
from tests.sessions import sign_in
from tests.world import World

WHY = "the test looks at the table"
KEY = "ai_education"
SAID = {"leadership": "讨论过两次", "families": "发了告知书", "hindrance": "缺老师"}
QUESTION = Indicator(
    "q", "一个问题", "学校自己的看法", "学校写", "none", 0, 10, about="views", text="怎么看这件事？"
)


def set_of(*indicators: Indicator) -> IndicatorSet:
    return IndicatorSet("x", "一套", "说明", "出处", indicators)


@pytest.mark.parametrize("key", [one.stem for one in (settings.CONTENT_ROOT / "indicators").glob("*.yaml")])
def test_sets_that_ship_can_be_used(key: str) -> None:
    found, _ = sets.read(key)
    assert rules.faults(found, figures.HELD) == []


@pytest.mark.parametrize(
    ("indicator", "says"),
    [
        (replace(QUESTION, text="本学年上了多少节课时？"), "不能再问"),
        (replace(QUESTION, title="任课老师"), "不能再问"),
        (replace(QUESTION, about="class_hours"), "不能再问"),
        (replace(QUESTION, minutes=0), "几分钟"),
        (replace(QUESTION, minutes=121), "最多120分钟"),
        (replace(QUESTION, about="", text="", figure="hours_met", room="teaching"), "不能要学校花时间"),
        (replace(QUESTION, about="", text="", figure="nothing", minutes=0), "没有这个数"),
        (
            replace(QUESTION, about="", text="", figure="hours_met", room="trust", minutes=0),
            "这个数在teaching",
        ),
    ],
)
def test_what_a_set_may_not_do(indicator: Indicator, says: str) -> None:
    assert any(says in one for one in rules.faults(set_of(indicator), figures.HELD))


@given(st.lists(st.integers(1, 60), max_size=8), st.integers(0, 120))
def test_no_school_is_asked_for_more_than_its_minutes(minutes: list[int], spent: int) -> None:
    asked = [replace(QUESTION, key=f"q_{n}", minutes=one) for n, one in enumerate(minutes)]
    over = spent + sum(minutes) > rules.BUDGET
    assert bool(rules.faults(set_of(*asked), figures.HELD, spent)) is over


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 20))
def test_a_small_group_is_never_shown(part: int, more: int, least: int) -> None:
    whole = part + more
    shown = rules.shown(part, whole, least)
    assert shown is None or least == 0 or part in (0, whole) or min(part, more) >= least


def opened(world: World, title: str = "专项督导", visits: int = 0) -> SupervisionRound:
    recount_city()
    return services.open_round(
        actor=world.actor("district_officer"), place=world.here.district, title=title, key=KEY, visits=visits
    )


def row_of(world: World) -> SchoolReview:
    rows = SchoolReview.objects.unscoped(WHY).select_related("round")
    return rows.get(school_id=world.here.school.id)


def step(world: World, role: str, transition: str, **words: str) -> None:
    services.step(actor=world.actor(role), review_id=row_of(world).id, transition=transition, given=words)


def test_the_minutes_of_a_year_are_spent_once(world: World) -> None:
    opened(world)
    opened(world, "第二次")
    with pytest.raises(UserError, match="不能用") as met:
        opened(world, "第三次")
    assert "已经用了100分钟" in met.value.next
    assert SupervisionRound.objects.unscoped(WHY).count() == 2


def test_what_is_frozen_stays(world: World) -> None:
    kept = opened(world)
    row = row_of(world)
    assert row.digest == digest(row.figures)
    assert CaseEvent.objects.get(case_id=row.case_id, seq=1).data["digest"] == row.digest
    ClassCoverage.objects.unscoped(WHY).filter(school_id=row.school_id).update(enough=3)
    assert row_of(world).figures["hours_met"] == [0, 3]
    for rows, change in (
        (SchoolReview.objects.unscoped(WHY).filter(id=row.id), {"figures": {}}),
        (SupervisionRound.objects.unscoped(WHY).filter(id=kept.id), {"minutes": 1}),
    ):
        with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(Denied):
        services.open_round(
            actor=world.actor("school_head"), place=world.here.district, title="甲", key=KEY, visits=0
        )
    with pytest.raises(UserError, match="同名"):
        opened(world)


def test_a_school_from_its_words_to_the_end(world: World) -> None:
    opened(world)
    with pytest.raises(UserError, match="还没有答"):
        step(world, "school_head", "submit", leadership="讨论过")
    step(world, "school_head", "submit", **SAID)
    step(world, "district_officer", "check", proof="看过三节")
    with pytest.raises(UserError, match="还没有写发现"):
        step(world, "district_officer", "draft")
    step(world, "district_officer", "draft", breach="没有任课老师", strength="活动扎实\n学生敢讲")
    assert [one["kind"] for one in row_of(world).findings] == ["breach", "strength", "strength"]
    step(world, "school_head", "reply", words="已经在安排")
    with pytest.raises(UserError, match="要整改"):
        step(world, "district_officer", "finish", breach="没有任课老师")
    step(world, "district_officer", "rectify", breach="九月以来没有任课老师")
    step(world, "school_head", "rectified", words="请了走教老师", proof="任课登记页")
    step(world, "district_officer", "accept", proof="登记页看过")
    row = row_of(world)
    assert row.state == "closed"
    # Both versions of what was found are in the history.
    told = CaseEvent.objects.filter(case_id=row.case_id, transition__in=["draft", "rectify"]).order_by("seq")
    assert ["九月" in one.evidence[0]["text"] for one in told] == [False, True]


def test_a_drawn_school_is_visited(world: World) -> None:
    recount_city()
    year = registry.current_year().key
    kept = opened(world, visits=len(queries.schools_with_classes(world.here.district, year)))
    assert all(one.is_drawn for one in queries.reviews(kept))
    step(world, "school_head", "submit", **SAID)
    with pytest.raises(UserError) as met:
        step(world, "district_officer", "check", proof="看过")
    assert "抽中" in met.value.next
    step(world, "district_officer", "check_and_visit", proof="看过")
    step(world, "district_officer", "visit", proof="听了一节")
    with pytest.raises(UserError, match="没有写内容"):
        casework.move(
            actor=world.actor("district_officer"),
            case_id=row_of(world).case_id,
            transition="draft",
            evidence=[Proof.of_words("findings", "发现", "一条")],
        )


def test_pages(world: World) -> None:
    head, officer, far = Client(), Client(), Client()
    sign_in(head, world.account("school_head"))
    sign_in(officer, world.account("district_officer"))
    sign_in(far, world.account("school_head", "far"))
    recount_city()
    form = {"title": "专项", "place": str(world.here.district.id), "indicators": KEY, "visits": "1"}
    new = reverse("governance.round_new")
    assert officer.post(new, {**form, "visits": "40"}).status_code == 422
    page = officer.post(new, form)["Location"]
    assert "一个点一所学校" in officer.get(page).content.decode()
    review = reverse("governance.review", args=[row_of(world).id])
    assert "专项" in head.get(reverse("governance.rounds")).content.decode()
    assert "先看数，再答3题" in head.get(review).content.decode()
    bad = head.post(review, {"step": "submit", "submit-leadership": "讨论过两次"})
    assert bad.status_code == 422
    assert "讨论过两次" in bad.content.decode()
    good = {"step": "submit", **{f"submit-{key}": words for key, words in SAID.items()}}
    assert head.post(review, good).status_code == 302
    assert head.post(review, {"step": "nothing"}).status_code == 422
    assert "发了告知书" in officer.get(review).content.decode()
    assert far.get(review).status_code == 404
    assert head.get(page).status_code in {403, 404}
