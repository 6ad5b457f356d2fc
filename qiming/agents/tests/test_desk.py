"""The desk: sums of a place, what may be done from it, and that a page's switch stops a reply in the middle."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.urls import reverse

from qiming.agents import services
from qiming.agents.desk import usage
from qiming.agents.desk.figures import chart, number, too_few
from qiming.agents.gateway.chain import Chain, keep_up
from qiming.agents.gateway.postgres import Postgres
from qiming.agents.models import (
    BaseModel,
    Call,
    EducationModel,
    Enablement,
    KillSwitch,
    QuotaDay,
    QuotaRule,
    Turn,
)
from qiming.agents.services import watching
from qiming.agents.services.keys import digest
from qiming.agents.tests import fake as fakes
from qiming.agents.tests.test_ledger import dsn
from qiming.agents.types import Audience, Enabled, Outcome, Per, Quota, Target
from qiming.assurance import testing as gate
from qiming.assurance.admission import SignalKind, Source
from qiming.assurance.models import ProductVersion, Signal
from qiming.assurance.queries import signals
from qiming.assurance.rules.watching import alarms
from qiming.casework.services import load_workflows
from qiming.kernel import time
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.registry import testing
from qiming.registry.testing import Cast

WHY = "the test looks at everything"


@pytest.mark.parametrize(
    ("people", "hidden"),
    [
        ({}, ""),
        ({"a": 5, "b": 9}, ""),
        ({"a": 4, "b": 9, "c": 7}, "ac"),
        ({"a": 4, "b": 1, "c": 7}, "ab"),
        ({"a": 4}, "a"),
        ({"a": 4, "b": 0, "c": 5}, "ac"),
    ],
)
def test_no_class_can_be_reckoned_from_the_school(people: dict[str, int], hidden: str) -> None:
    assert too_few(people) == frozenset(hidden)


def test_numbers_and_lines() -> None:
    assert [number(one) for one in (0, 12.5, 9_999, 10_000, 123_456)] == [
        "0",
        "12.5",
        "9999",
        "1万",
        "12.3万",
    ]
    days = [time.today() - timedelta(days=1), time.today()]
    made = chart("调用", "次", days, [0, 4])
    assert (made.line, made.total, made.top) == ("M6.0 78.0L216.0 14.0", "4次", "4")
    assert chart("调用", "次", days[:1], [0]).line == "M6.0 78.0"


def called(path: str, subject: str = "", **given: Any) -> Call:
    values: dict[str, Any] = {
        "application_id": uuid4(), "stage": "junior", "kind": "chat", "route": "study", "model": "m",
        "outcome": Outcome.OK.value, "day": time.today(), "prompt_tokens": 1000, "completion_tokens": 500,
        "ended_at": time.now(),
    }  # fmt: skip
    return Call.objects.create(scope_path=path, subject=subject, **(values | given))


def cast_with_a_model(product: Any = None) -> Cast:
    made = testing.cast(pupils=1)
    BaseModel.objects.create(
        key="m", title="某模型", kind="chat", provider="某公司", address="http://127.0.0.1:1/v1", upstream_name="m-1",
        filing_no="备案1", context_tokens=4096, most_output_tokens=512, data_grades=["L1", "L2"],
        input_fen_per_million=100_000, output_fen_per_million=200_000,
    )  # fmt: skip
    EducationModel.objects.create(
        key="study", title="学伴", kind="chat", base_models=["m"], stages=["junior", "senior"]
    )
    return made


@pytest.fixture
def cast(db: None) -> Cast:
    return cast_with_a_model()


def test_a_school_sees_sums_and_no_class_of_a_few(cast: Cast) -> None:
    for at in range(6):
        called(cast.klass.path, f"qs1-{at}")
    called(cast.second_class.path, "qs1-x", outcome=Outcome.STOPPED.value)
    called(cast.other_class.path, "qs1-y")
    called(cast.klass.path, "qs1-z", outcome=Outcome.OPEN.value)
    called(cast.klass.path, "qs1-z", day=time.today() - timedelta(days=usage.DAYS))
    found = usage.desk(cast.actor("head"), cast.school)
    assert (found.total.calls, found.total.tokens, found.total.held) == (7, 10_500, 1)
    assert found.total.fen == pytest.approx(7 * (100 + 100))
    assert [one.sums for one in found.places] == [None, None] and found.hidden == 2
    for at in range(5):
        called(cast.second_class.path, f"qs1-s{at}", outcome=Outcome.FAILED.value, model="")
    found = usage.desk(cast.actor("head"), cast.school)
    assert {one.place.id: one.sums and one.sums.calls for one in found.places} == {
        cast.klass.id: 6,
        cast.second_class.id: 6,
    }
    assert [(one.route, one.model, one.sums.calls) for one in found.routes] == [
        ("学伴", "某模型", 7),
        ("学伴", "", 5),
    ]
    wider = usage.desk(cast.actor("district_officer"), cast.district)
    assert (wider.total.calls, [one.place.id for one in wider.places]) == (12, [cast.school.id])
    assert usage.desk(cast.actor("city_officer"), cast.city).total.calls == 13


def test_what_is_left_today_is_of_quotas_that_count_the_place_as_a_whole(cast: Cast) -> None:
    own = services.set_quota(actor=None, place_id=cast.school.id, per=Per.PLACE, requests=10, minutes=5)
    each = services.set_quota(actor=None, place_id=cast.district.id, per=Per.SCHOOL, tokens=100)
    services.set_quota(actor=None, place_id=cast.school.id, per=Per.CLASS, tokens=7)
    services.set_quota(actor=None, place_id=cast.city.id, per=Per.PLACE, requests=1)
    QuotaDay.objects.create(bucket=f"{own}", day=time.today(), requests=3, seconds=61)
    QuotaDay.objects.create(bucket=f"{each}:{cast.school.path}", day=time.today(), tokens=130)
    left = usage.desk(cast.actor("head"), cast.school).left
    assert [(one.requests, one.tokens, one.minutes) for one in left] == [
        (None, (0, 100), None),
        ((7, 10), None, (3, 5)),
    ]


def test_pages_show_and_do_what_the_role_may(cast: Cast, django_assert_max_num_queries: Any) -> None:
    called(cast.klass.path, "qs1-secret")
    key_id, _ = services.create_key(
        actor=None,
        place_id=cast.klass.id,
        name="某应用",
        routes=("study",),
        stage="junior",
        audience=Audience.PUPIL,
    )
    district, head, admin = (cast.client(who) for who in ("district_officer", "head", "admin"))
    page = district.get(reverse("agents.desk")).content.decode()
    assert "14天里用了1次" in page and "qs1-secret" not in page
    chain = reverse("agents.chain", args=[cast.school.id])
    assert "某应用" not in head.get(chain).content.decode() and "某应用" in admin.get(chain).content.decode()
    with django_assert_max_num_queries(40):
        admin.get(chain)

    at = [cast.school.id]
    assert admin.post(reverse("agents.decide", args=at), {"route": "study", "yes": "yes"}).status_code == 302
    assert Enablement.objects.unscoped(WHY).get().yes
    assert "开着" in head.get(chain).content.decode()
    assert admin.post(reverse("agents.decide", args=at), {"route": "none", "yes": "yes"}).status_code == 422
    for given, status in (
        ({"per": "class", "requests": "30"}, 302),
        ({"per": "class", "requests": ""}, 422),
        ({"per": "district", "requests": "3"}, 422),
        ({"per": "class", "requests": "-1"}, 422),
        ({"per": "class", "tokens": "9" * 30}, 422),
    ):
        assert head.post(reverse("agents.quota", args=at), given).status_code == status
    assert QuotaRule.objects.unscoped(WHY).get().requests == 30

    stop = reverse("agents.stop", args=[cast.district.id])
    assert district.post(stop, {"what": "model:m", "reason": ""}).status_code == 422
    assert district.post(stop, {"what": "model:other", "reason": "回答有误"}).status_code == 422
    assert head.post(stop, {"what": "model:m", "reason": "回答有误"}).status_code == 404
    assert district.post(stop, {"what": "model:m", "reason": "回答有误"}).status_code == 302
    row = KillSwitch.objects.unscoped(WHY).get()
    page = head.get(chain).content.decode()
    assert "回答有误" in page and "由上级恢复" in page
    lift = reverse("agents.lift", args=[row.id])
    assert head.post(lift).status_code == 404 and district.post(lift).status_code == 302
    row = KillSwitch.objects.unscoped(WHY).get()
    assert row.lifted_at is not None
    revoke = reverse("agents.revoke", args=[key_id])
    assert (head.post(revoke).status_code, admin.post(revoke).status_code) == (403, 302)
    for nowhere in (cast.klass.id, cast.other_school.id, uuid4()):
        assert head.get(reverse("agents.usage", args=[nowhere])).status_code == 404
    assert cast.client("teacher").get(reverse("agents.desk")).status_code == 403


def test_without_any_model_the_page_says_how_to_bring_one(db: None) -> None:
    made = testing.cast(pupils=1)
    head = made.client("head")
    assert "没有用过大模型" in head.get(reverse("agents.desk")).content.decode()
    page = head.get(reverse("agents.chain", args=[made.school.id])).content.decode()
    assert "qiming agents model add" in page and "立即停用" not in page


def test_a_suspended_product_holds_its_route_and_comes_back(cast: Cast) -> None:
    assert cast.vendor
    load_workflows(Path(settings.CONTENT_ROOT))
    product = gate.admitted(cast.actor("vendor"), cast.vendor.id)
    EducationModel.objects.filter(key="study").update(product_id=product.id)
    services.decide(actor=cast.admin, place_id=cast.school.id, route="study", yes=True)
    assert services.look_at_verdicts() == 0
    versions = ProductVersion.objects.unscoped(WHY).filter(product=product)
    versions.update(state="suspended")
    assert services.look_at_verdicts(uuid4()) == 0
    assert services.look_at_verdicts(product.id) == 1 and services.look_at_verdicts() == 0
    assert EducationModel.objects.get().held_stages == ["junior", "senior"]
    with pytest.raises(UserError, match="依据的产品"):
        services.decide(actor=cast.admin, place_id=cast.school.id, route="study", yes=True)
    page = cast.client("head").get(reverse("agents.chain", args=[cast.school.id])).content.decode()
    assert "产品停用" in page
    services.decide(actor=cast.admin, place_id=cast.school.id, route="study", yes=False)
    versions.update(state="admitted")
    assert services.look_at_verdicts() == 1 and EducationModel.objects.get().held_stages == []
    assert watching.held_of(uuid4(), ["staff"]) == ["staff"] and watching.held_of(None, ["staff"]) == []


def test_what_the_ledger_says_of_a_product_is_counted_once(cast: Cast) -> None:
    assert cast.vendor
    load_workflows(Path(settings.CONTENT_ROOT))
    product = gate.admitted(cast.actor("vendor"), cast.vendor.id, hosting="city")
    EducationModel.objects.filter(key="study").update(product_id=product.id)
    path = cast.klass.path
    for subject in ("qs1-a", "qs1-a", "qs1-b", ""):
        called(path, subject, findings=["data:phone"] if subject == "qs1-b" else [])
    for _ in range(3):
        called(path, "qs1-a", outcome=Outcome.STOPPED.value, why="word", findings=["a1-x"])
    called(path, "qs1-a", outcome=Outcome.STOPPED.value, why="answer")
    called(path, "qs1-c", outcome=Outcome.REFUSED.value, model="")
    called(path, "qs1-d", outcome=Outcome.CRISIS.value, model="")
    called(path, "qs1-a", route="other")
    for _ in range(2):
        assert services.feed() == 1
    rows = Signal.objects.unscoped(WHY).filter(product=product, source=Source.DOOR.value)
    assert dict(rows.values_list("kind", "count")) == {
        SignalKind.USE.value: 3,
        SignalKind.MODEL.value: 8,
        SignalKind.SENSITIVE.value: 3,
        SignalKind.DATA.value: 1,
    }
    product.refresh_from_db()
    assert product.current
    seen = signals.seen(product, product.current)
    assert [(one.kind, one.suspends) for one in alarms(seen, signals.limits_today())] == [
        ("sensitive", False)
    ]


def test_what_a_filed_agent_said_is_counted_for_its_product(cast: Cast) -> None:
    assert cast.vendor
    load_workflows(Path(settings.CONTENT_ROOT))
    inside = {"kind": "inside", "url": "/companion/"}
    endpoint = {"kind": "agent", "url": "", "model": "companion"}
    told: dict[str, Any] = {"kind": "agent", "hosting": "city", "launch": inside, "endpoint": endpoint}
    product = gate.admitted(cast.actor("vendor"), cast.vendor.id, **told)
    path = cast.klass.path
    for at, (subject, outcome, why) in enumerate(
        (
            ("qs1-a", "answered", None),
            ("qs1-a", "answered", "word"),
            ("qs1-b", "failed", ""),
            ("qs1-c", "held", None),
            ("qs1-d", "crisis", None),
        )
    ):
        call = (
            called(path, subject, why=why, findings=["data:phone"] if why else [])
            if why is not None
            else None
        )
        if call and why:
            Call.objects.unscoped(WHY).filter(id=call.id).update(outcome=Outcome.STOPPED.value)
        Turn.objects.create(
            scope_path=path, conversation=uuid4(), number=at, subject=subject, agent="companion", mode="after",
            stage="junior", outcome=outcome, engine="study", call_id=call.id if call else None,
        )  # fmt: skip
    called(path, "qs1-e")  # another application's, by the same route
    Turn.objects.create(scope_path=path, conversation=uuid4(), number=1, agent="planner", mode="after",
                        stage="staff", outcome="answered", engine="grounded")  # fmt: skip
    for _ in range(2):
        assert services.feed() == 1
    rows = Signal.objects.unscoped(WHY).filter(product=product, source=Source.DOOR.value)
    assert dict(rows.values_list("kind", "count")) == {"use": 2, "model": 2, "sensitive": 1, "data": 1}
    ProductVersion.objects.unscoped(WHY).filter(product=product).update(state="suspended")
    assert services.feed() == 1, "what was said before still counts"


def told_of(model: fakes.Fake, path: str) -> Chain:
    """The chain of a gateway: one model behind one route, open for one place."""
    told = fakes.chain({"m": model})
    told.routes["study"] = replace(told.routes["study"], models=("m",))
    told.enabled["study"] = (Enabled(path, "study", yes=True),)
    told.applications = {digest(fakes.KEY): fakes.application(path=path)}
    told.quotas = (Quota(new_id(), path, Per.PLACE, tokens=100_000),)
    return told


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by", ["page", "verdict"])
def test_what_the_district_turns_off_stops_at_the_next_token(by: str) -> None:
    """The page's own request; or the test field suspends the product. A gateway that follows PostgreSQL hears of it."""
    cast = cast_with_a_model()
    product_id = new_id()
    EducationModel.objects.filter(key="study").update(product_id=product_id)
    client = cast.client("district_officer")
    stop = reverse("agents.stop", args=[cast.district.id])

    def turn_off() -> None:
        if by == "page":
            assert client.post(stop, {"what": "model:m", "reason": "回答有误"}).status_code == 302
        else:
            assert services.look_at_verdicts(product_id) == 1  # no such product: it may serve nobody

    async def work() -> None:
        slow = fakes.Fake(pieces=[*[fakes.event("先看这一步，再想下一步怎样走。")] * 6, 20.0])
        path = cast.school.path
        async with (
            fakes.served(slow),
            fakes.house(told_of(slow, path), next_s=20.0) as there,
            Postgres(dsn()) as store,
        ):
            known, began = Chain(), asyncio.Event()

            def heard() -> None:
                began.set()
                there.gateway.house.register.switched(known.switches, known.routes)

            following = asyncio.create_task(keep_up(store, known, heard))
            await asyncio.wait_for(began.wait(), 5)
            asking = asyncio.create_task(there.ask(fakes.question(stream=True)))
            await asyncio.sleep(0.2)
            await asyncio.to_thread(turn_off)
            answer = await asyncio.wait_for(asking, 3)
            following.cancel()
            code = {"page": "switched_off", "verdict": "product_suspended"}[by]
            assert answer.status == 200, answer.raw.decode()
            assert answer.events[-1]["error"]["code"] == code
            assert there.closings[0].outcome is Outcome.KILLED

    asyncio.run(work())
    if by == "page":
        assert KillSwitch.objects.unscoped(WHY).get().target == Target.MODEL.value
