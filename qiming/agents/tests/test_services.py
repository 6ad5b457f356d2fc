"""Who may change the chain, what is refused in words, what is written down."""

from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from qiming.agents import boxes, queries, services
from qiming.agents.cli import app
from qiming.agents.models import ApplicationKey, BaseModel, Call, EducationModel, Enablement, KillSwitch
from qiming.agents.rights import erase, export
from qiming.agents.sealing import MODEL_KEY, Box
from qiming.agents.services.chain import ModelFacts, RouteFacts
from qiming.agents.types import Audience, Outcome, Per, Target
from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.fetch import Outward
from qiming.kernel.ids import new_id
from qiming.kernel.models import AuditRow
from qiming.registry import testing
from qiming.registry.testing import Cast

pytestmark = pytest.mark.django_db
WHY = "the test looks at everything"
LISTED = Outward.from_environment({"QIMING_OUTWARD": "https://model.example.cn"})
MODEL = ModelFacts("m", "模型", "某公司", "https://model.example.cn/v1", "m-1", api_key="upstream secret")
ROUTE = RouteFacts("study", "初中学伴", ("m",), ("junior", "primary"))


@pytest.fixture
def cast() -> Cast:
    made = testing.cast(pupils=1)
    services.add_model(actor=None, facts=MODEL, outward=LISTED)
    services.add_route(actor=None, facts=ROUTE)
    return made


def test_the_city_registers_and_nobody_else(cast: Cast) -> None:
    services.add_model(actor=cast.actor("city_officer"), facts=MODEL, outward=LISTED)
    for who in ("district_officer", "head", "admin", "teacher", "vendor"):
        with pytest.raises(Denied):
            services.add_model(actor=cast.actor(who), facts=MODEL, outward=LISTED)
        with pytest.raises(Denied):
            services.add_route(actor=cast.actor(who), facts=ROUTE)
        with pytest.raises(Denied):
            services.end_model(actor=cast.actor(who), key="m")
    row = BaseModel.objects.get()
    assert b"upstream secret" not in bytes(row.sealed_key)
    assert boxes.ours().open(bytes(row.sealed_key), MODEL_KEY) == b"upstream secret"
    assert "upstream secret" not in str(list(AuditRow.objects.values_list("detail")))


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/v1",
        "http://model.example.cn/v1",
        "https://u:p@model.example.cn/v1",
        "file:///etc",
        "",
    ],
)
def test_a_server_the_operator_did_not_list_is_no_model(cast: Cast, address: str) -> None:
    facts = ModelFacts("x", "x", "x", address, "x")
    with pytest.raises(UserError, match="不在允许"):
        services.add_model(actor=None, facts=facts, outward=LISTED)
    assert not BaseModel.objects.filter(key="x").exists()


def test_a_route_needs_models_stages_and_the_verdict_it_names(cast: Cast) -> None:
    for wrong in (
        RouteFacts("r", "r", ("nowhere",), ("junior",)),
        RouteFacts("r", "r", (), ("junior",)),
        RouteFacts("r", "r", ("m",), ("nursery",)),
        RouteFacts("r", "r", ("m",), ("junior",), product_id=uuid4()),
    ):
        with pytest.raises(UserError):
            services.add_route(actor=None, facts=wrong)
    assert EducationModel.objects.count() == 1


def test_places_open_and_close_only_for_themselves(cast: Cast) -> None:
    services.decide(actor=cast.admin, place_id=cast.school.id, route="study", yes=True)
    services.decide(actor=cast.teacher, place_id=cast.klass.id, route="study", yes=False)
    services.decide(actor=cast.teacher, place_id=cast.klass.id, route="study", yes=False)
    for who, place in (
        ("admin", cast.other_school),
        ("teacher", cast.school),
        ("teacher", cast.second_class),
    ):
        with pytest.raises(Denied):
            services.decide(actor=cast.actor(who), place_id=place.id, route="study", yes=True)
    with pytest.raises(Denied):
        services.decide(actor=cast.admin, place_id=uuid4(), route="study", yes=True)
    with pytest.raises(UserError):
        services.decide(actor=cast.admin, place_id=cast.school.id, route="nowhere", yes=True)
    assert Enablement.objects.unscoped(WHY).count() == 2


def test_a_district_turns_a_model_off_for_itself_and_only_who_reaches_it_lifts_it(cast: Cast) -> None:
    def off(who: str, place: Any) -> Any:
        return services.switch_off(
            actor=cast.actor(who), place_id=place.id, target=Target.MODEL, key="m", reason="回答有误"
        )

    first = off("district_officer", cast.district)
    assert off("district_officer", cast.district) == first
    for who, place in (
        ("district_officer", cast.city),
        ("admin", cast.other_school),
        ("teacher", cast.klass),
    ):
        with pytest.raises(Denied):
            off(who, place)
    for who in ("admin", "other_admin", "teacher"):
        with pytest.raises(Denied):
            services.lift(actor=cast.actor(who), switch_id=first)
    services.lift(actor=cast.actor("city_officer"), switch_id=first)
    services.lift(actor=cast.actor("city_officer"), switch_id=first)
    assert (
        KillSwitch.objects.unscoped(WHY).get().lifted_at and off("district_officer", cast.district) != first
    )
    assert AuditRow.objects.filter(verb="agents.lift").count() == 1


def test_a_key_is_shown_once_kept_as_a_digest_and_taken_back(cast: Cast) -> None:
    facts: dict[str, Any] = {
        "place_id": cast.school.id, "name": "应用", "routes": ("study",), "stage": "junior", "audience": Audience.PUPIL
    }  # fmt: skip
    key_id, secret = services.create_key(actor=cast.admin, **facts)
    assert secret.encode() not in bytes(ApplicationKey.objects.unscoped(WHY).get().secret_sha256)
    wrong: list[dict[str, Any]] = [
        {},  # the same name again
        {"name": ""},
        {"name": "b", "routes": ()},
        {"name": "b", "routes": ("nowhere",)},
        {"name": "b", "stage": "staff"},
        {"name": "b", "days": 9999},
        {"name": "b", "supervised_by": cast.pupils[0].id},
    ]
    for changes in wrong:
        with pytest.raises(UserError):
            services.create_key(actor=cast.admin, **(facts | changes))
    for who in ("teacher", "other_admin", "head"):
        with pytest.raises(Denied):
            services.create_key(actor=cast.actor(who), **(facts | {"name": "c"}))
    with pytest.raises(Denied):
        services.revoke_key(actor=cast.actor("other_admin"), key_id=key_id)
    services.revoke_key(actor=cast.admin, key_id=key_id)
    assert ApplicationKey.objects.unscoped(WHY).get().revoked_at
    services.create_key(actor=cast.admin, **facts)  # the name is free again


def test_quotas_are_set_by_who_answers_for_the_place(cast: Cast) -> None:
    services.set_quota(actor=cast.admin, place_id=cast.school.id, per=Per.CLASS, tokens=10)
    services.set_quota(actor=cast.admin, place_id=cast.school.id, per=Per.CLASS, tokens=20)
    with pytest.raises(Denied):
        services.set_quota(actor=cast.teacher, place_id=cast.klass.id, per=Per.PLACE, tokens=10)
    with pytest.raises(UserError):
        services.set_quota(actor=cast.admin, place_id=cast.school.id, per=Per.PLACE)


def _call(cast: Cast, path: str, **changes: Any) -> Call:
    given = {
        "scope_path": path, "application_id": new_id(), "stage": "junior", "kind": "chat", "route": "study", "model": "m",
        "outcome": Outcome.OK.value, "day": time.today(), "prompt_tokens": 100, "completion_tokens": 50,
    }  # fmt: skip
    return Call.objects.create(**(given | changes))


def test_usage_is_seen_below_one_s_own_place_only(cast: Cast) -> None:
    _call(cast, cast.klass.path)
    _call(cast, cast.klass.path, outcome=Outcome.STOPPED.value)
    _call(cast, cast.other_class.path)
    today = time.today()
    (used,) = queries.usage(cast.admin, "", today, today)
    assert (used.calls, used.tokens, used.held_by_guard) == (2, 300, 1)
    assert queries.usage(cast.actor("city_officer"), "", today, today)[0].calls == 3
    assert queries.usage(cast.actor("vendor"), "", today, today) == []


def test_a_person_gets_and_loses_what_was_kept_under_the_pseudonym(cast: Cast) -> None:
    person = cast.pupils[0].id
    subject = queries.subject_of(person)
    assert str(person) not in subject and subject == queries.subject_of(person)
    _call(cast, cast.klass.path, subject=subject, text_box=b"box", buckets=[f"q:{subject}"])
    part = next(one for one in export(person) if one.key == "agents.call")
    assert len(part.rows) == 1 and "text_box" not in part.rows[0]
    fates = {one.what: one.count for one in erase(person, new_id())}
    assert fates["用过的模型"] == 1 and not any(one.rows for one in export(person))
    row = Call.objects.unscoped(WHY).get()
    assert row.text_box is None and row.buckets == []


def test_a_box_opens_with_an_earlier_key_and_never_with_another() -> None:
    closed = Box(["old"]).close(b"said", MODEL_KEY)
    assert Box(["new", "old"]).open(closed, MODEL_KEY) == b"said"
    assert Box(["new"]).open(closed, MODEL_KEY) is None
    assert Box(["old"]).open(closed[:-1], MODEL_KEY) is None and Box(["old"]).open(closed, b"other") is None
    assert Box(["new", "old"]).pseudonym("a") == Box(["old"]).pseudonym("a") != Box(["old"]).pseudonym("b")


def test_the_commands_say_what_they_did(cast: Cast) -> None:
    run = CliRunner()
    given = ["--place", cast.school.path, "--name", "应用", "--route", "study", "--stage", "junior", "--json"]
    made = run.invoke(app, ["key", "create", *given])
    assert made.exit_code == 0 and '"key": "qk-' in made.output
    assert run.invoke(app, ["key", "create", *given]).exit_code == 1
    assert "qk-" not in run.invoke(app, ["key", "list"]).output
    assert run.invoke(app, ["enable", "--place", cast.school.path, "--route", "study"]).exit_code == 0
    assert run.invoke(app, ["quota", "--place", str(cast.school.id), "--tokens", "100"]).exit_code == 0
    off = run.invoke(app, ["kill", "model", "--key", "m", "--reason", "检查"])
    assert off.exit_code == 0 and '"检查"' in run.invoke(app, ["list"]).output
    assert run.invoke(app, ["lift", off.output.split()[-1]]).exit_code == 0
    assert run.invoke(app, ["lift", str(uuid4())]).exit_code == 1
