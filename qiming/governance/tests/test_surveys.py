"""Surveys: what may be asked, who is drawn, that no answer leads back to anybody, what results say and hide."""

import logging
import uuid
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from qiming.governance.surveys import drawing, queries, rules, services
from qiming.governance.surveys.models import Survey, SurveyAnswer, SurveyInvitation, SurveyWords
from qiming.governance.surveys.rules import Audience, Kind, Stratum
from qiming.kernel import keys, time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.models import AuditRow, OutboxEvent
from tests.sessions import sign_in
from tests.world import World

WHY = "the test looks at the table"
PEOPLE = [uuid.uuid4() for _ in range(24)]


def draft(world: World, role: str = "school_head", audience: Audience = Audience.PUPIL) -> Survey:
    actor = world.actor(role)
    place = {"school_head": world.here.school, "district_officer": world.here.district}[role]
    today = time.today()
    plan = services.Plan("课上得怎样", "改进教案", audience, [7], today, today + timedelta(days=7), 3)
    made = services.write(actor=actor, place=place, plan=plan)
    add = services.add_question
    add(
        actor=actor,
        survey_id=made.id,
        kind=Kind.ONE,
        title="最喜欢哪一种活动",
        options=["动手", "讲", "讨论"],
    )
    add(
        actor=actor,
        survey_id=made.id,
        kind=Kind.SEVERAL,
        title="课上用过什么",
        options=["纸", "平板", "木块"],
    )
    add(actor=actor, survey_id=made.id, kind=Kind.SCALE, title="我听得懂")
    add(actor=actor, survey_id=made.id, kind=Kind.WORDS, title="想改哪一点")
    return made


@pytest.fixture
def opened(world: World, monkeypatch: pytest.MonkeyPatch) -> Survey:
    """An open survey of 24 invented people and the first pupil, in two strata."""
    pupil = world.here.pupils[0].id
    strata = [
        Stratum("初中", "junior", 6, (), 120, frozenset([*PEOPLE[:13], pupil])),
        Stratum("小学", "primary", 4, (), 80, frozenset(PEOPLE[13:])),
    ]
    monkeypatch.setattr(drawing, "frame", lambda survey, seed: strata)
    return services.open_it(actor=world.actor("school_head"), survey_id=draft(world).id)


def token(survey: Survey, at: int) -> str:
    return rules.token(keys.kept_key(drawing.KEY), survey.id, PEOPLE[at], 0 if at < 13 else 1)


def answer(survey: Survey, at: int, place: int = 0, words: str = "") -> bool:
    given: dict[str, Sequence[str]] = {"q1": [str(place)], "q2": ["0", "2"], "q3": ["4"], "q4": [words]}
    return services.answer(survey_id=survey.id, token=token(survey, at), given=given)


def rows(model: type[SurveyAnswer] | type[SurveyInvitation] | type[SurveyWords]) -> list[dict[str, object]]:
    return [dict(one) for one in model.objects.unscoped(WHY).values()]


def test_what_a_room_holds_cannot_be_asked(world: World) -> None:
    made = draft(world)
    for title in ("你们班有多少学生？", "你叫什么名字？", "这学期上了几节人工智能课？", "你几年级"):
        with pytest.raises(UserError, match="不能问"):
            services.add_question(
                actor=world.actor("school_head"), survey_id=made.id, kind=Kind.WORDS, title=title
            )
    with pytest.raises(UserError, match="选项"):
        services.add_question(
            actor=world.actor("school_head"),
            survey_id=made.id,
            kind=Kind.ONE,
            title="哪个",
            options=["甲", "甲"],
        )


def test_the_burden_is_bounded(world: World) -> None:
    made = draft(world)
    with pytest.raises(UserError, match="超过10分钟"):
        for number in range(30):
            services.add_question(
                actor=world.actor("school_head"),
                survey_id=made.id,
                kind=Kind.WORDS,
                title=f"还想说什么{number}",
            )
    kept = queries.load(world.actor("school_head"), made.id)
    assert rules.minutes(queries.questions(kept)) <= 10


def test_only_whoever_answers_for_the_place_makes_and_sees(world: World) -> None:
    made = draft(world)
    for role, place in (
        ("teacher", "here"),
        ("pupil", "here"),
        ("school_head", "near"),
        ("district_officer", "far"),
    ):
        with pytest.raises(Denied):
            queries.load(world.actor(role, place), made.id)
        with pytest.raises(Denied):
            services.open_it(actor=world.actor(role, place), survey_id=made.id)
    assert queries.load(world.actor("district_officer"), made.id).id == made.id


def test_whole_classes_are_drawn_and_can_be_drawn_again(world: World) -> None:
    made = draft(world, "district_officer")
    first, again = drawing.frame(made, "s"), drawing.frame(made, "s")
    assert first == again
    (one,) = first
    assert (one.classes, len(one.drawn), one.people, len(one.invited)) == (2, 2, 6, 6)
    guardians = draft(world, "district_officer", Audience.GUARDIAN)
    assert {len(one.invited) for one in drawing.frame(guardians, "s")} == {2}
    teachers = draft(world, "district_officer", Audience.TEACHER)
    assert {len(one.invited) for one in drawing.frame(teachers, "s")} == {2}
    heads = draft(world, "district_officer", Audience.HEAD)
    assert (
        len(drawing.frame(heads, "s")[0].invited) == 4
    )  # two schools and the schools that lead their alliances
    with pytest.raises(UserError, match="少于10个"):
        services.open_it(actor=world.actor("district_officer"), survey_id=made.id)


def test_a_token_is_used_once_and_a_second_sending_is_told_kindly(opened: Survey) -> None:
    assert answer(opened, 0) and not answer(opened, 0, place=2)
    assert [one["chosen"] for one in rows(SurveyAnswer)] == [{"q1": 0, "q2": [0, 2], "q3": 4}]
    with pytest.raises(UserError, match="没有这份邀请"):
        services.answer(survey_id=opened.id, token="0.abc", given={"q1": ["0"]})
    moved = "1" + token(opened, 1)[1:]  # another stratum written before it is another token
    with pytest.raises(UserError, match="没有这份邀请"):
        services.answer(survey_id=opened.id, token=moved, given={"q1": ["0"]})


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"q1": ["9"]},
        {"q1": ["-1"]},
        {"q1": ["0", "1"]},
        {"q1": ["x"]},
        {"q4": ["长" * 201]},
        {"q1": ["٣"]},
    ],
)
def test_an_odd_answer_uses_no_token(opened: Survey, given: dict[str, Sequence[str]]) -> None:
    with pytest.raises(UserError):
        services.answer(survey_id=opened.id, token=token(opened, 0), given=given)
    assert not rows(SurveyAnswer) and answer(opened, 0)


def test_nothing_stored_leads_from_a_person_to_an_answer(
    opened: Survey, caplog: pytest.LogCaptureFixture
) -> None:
    audited, told = AuditRow.objects.count(), OutboxEvent.objects.count()
    caplog.set_level(logging.DEBUG)
    order = list(range(20))
    for at in order:
        answer(opened, at, place=at % 3, words=f"想多动手{at:02}")
    # no row of the trail, no event, no line with a token or a word of an answer
    assert (AuditRow.objects.count(), OutboxEvent.objects.count()) == (audited, told)
    said = [one.getMessage() for one in caplog.records if not one.name.startswith("django.db")]
    assert not any("想多动手" in one or token(opened, 3) in one for one in said)
    # no column for a moment, a person, a token; the one key both have is the survey's
    columns = {
        model: {one.column for one in model._meta.concrete_fields}
        for model in (SurveyAnswer, SurveyInvitation, SurveyWords)
    }
    assert columns[SurveyAnswer] == {"id", "scope_path", "survey_id", "stratum", "chosen"}
    assert columns[SurveyWords] == {"id", "scope_path", "survey_id", "question", "text"}
    assert columns[SurveyInvitation] == {"id", "scope_path", "survey_id", "digest", "is_used"}
    types = {one.get_internal_type() for model in columns for one in model._meta.concrete_fields}
    assert not types & {"DateField", "DateTimeField", "TimeField", "AutoField", "BigAutoField"}
    # no value in common but the survey and its place, no key that is ordered by time
    answers, invited, words = rows(SurveyAnswer), rows(SurveyInvitation), rows(SurveyWords)
    common = {str(opened.id), opened.scope_path}
    values = [{str(one[key]) for one in some for key in one} - common for some in (answers, invited, words)]
    assert not values[0] & values[1] and not values[0] & values[2] and not values[1] & values[2]
    assert {one["id"].version for one in [*answers, *invited, *words]} == {4}  # type: ignore[attr-defined]
    people = {str(one) for one in PEOPLE} | {one.hex for one in PEOPLE}
    assert not any(one in str(some) for one in people for some in (answers, invited, words))


def test_what_the_database_keeps_beside_the_columns_is_mixed(opened: Survey) -> None:
    for at in range(20):
        answer(opened, at, words=f"{at:02}")
    services.mix(opened.id)
    with connection.cursor() as cursor:
        for model in (SurveyAnswer, SurveyInvitation, SurveyWords):
            cursor.execute(f"SELECT count(DISTINCT xmin::text), count(*) FROM {model._meta.db_table}")
            transactions, number = cursor.fetchone()
            assert transactions == 1 and number >= 20
        cursor.execute("SELECT text FROM governance_surveywords ORDER BY ctid")
        lying = [one for (one,) in cursor.fetchall()]
    assert (
        sorted(lying) == [f"{at:02}" for at in range(20)] != lying
    )  # one in 20! that chance lies as they came
    assert not answer(opened, 3)  # who had answered still has
    assert answer(opened, 20)


def test_results_are_weighted_frozen_and_the_invitations_gone(opened: Survey, world: World) -> None:
    for at in range(10):
        answer(opened, at, place=0)
    for at in range(13, 23):
        answer(opened, at, place=1, words="少讲一点")
    head = world.actor("school_head")
    with pytest.raises(Denied):
        queries.load_results(world.actor("pupil"), opened.id)  # not before it is over
    closed = services.close(actor=head, survey_id=opened.id)
    told = closed.results
    assert told is not None and (told["n"], told["invited"], told["people"]) == (20, 25, 200)
    first = told["questions"][0]["options"]
    assert [one["share"] for one in first] == [0.6, 0.4, 0.0]  # 120 and 80 people, ten answers each
    assert first[0]["low"] < 0.6 < first[0]["high"]
    assert told["effect"] == pytest.approx(1.04, abs=0.01)
    assert [(one["name"], one["n"]) for one in told["parts"]] == [("小学", 10), ("初中", 10)]
    assert told["words"] == [{"title": "想改哪一点", "texts": ["少讲一点"] * 10}]
    assert not rows(SurveyInvitation)
    with pytest.raises(UserError, match="结束"):
        answer(opened, 11)
    assert queries.load_results(world.actor("pupil"), opened.id).id == opened.id


def test_small_groups_are_not_shown(opened: Survey, world: World) -> None:
    for at in range(11):
        answer(opened, at, words="甲" if at < 3 else "")
    answer(opened, 13)
    told = services.close(actor=world.actor("school_head"), survey_id=opened.id).results
    # One child of the other stage: neither that stage nor, by subtraction, the one beside it is told.
    assert told is not None and told["n"] == 12 and told["parts"] == [] and told["words"][0]["texts"] is None


def test_nine_answers_are_no_result(opened: Survey, world: World) -> None:
    for at in range(9):
        answer(opened, at)
    services.close(actor=world.actor("school_head"), survey_id=opened.id)
    assert queries.returned(opened)[0] == 0
    client = Client()
    sign_in(client, world.account("school_head"))
    page = client.get(reverse("governance.survey_results", args=[opened.id])).content.decode()
    assert "不到10人，不出结果" in page
    assert client.get(reverse("governance.survey_export", args=[opened.id])).status_code == 409


def test_the_last_day_closes(opened: Survey) -> None:
    with time.frozen(time.now() + timedelta(days=9)):
        with pytest.raises(UserError, match="结束"):
            answer(opened, 0)
        assert services.close_past() == 1 and services.close_past() == 0


def test_pages_from_writing_to_results(world: World, opened: Survey) -> None:
    pupil, head = Client(), Client()
    sign_in(pupil, world.account("pupil"))
    sign_in(head, world.account("school_head"))
    assert "课上得怎样" in pupil.get(reverse("learning.home")).content.decode()
    page = pupil.get(reverse("governance.survey_answer", args=[opened.id])).content.decode()
    own = page.split('name="token" value="')[1].split('"')[0]
    address = reverse("governance.survey_send", args=[opened.id])
    stranger = Client(
        headers={"Accept": "application/json"}
    )  # what was sent late may have no sign-in any more
    sent = urlencode({"token": own, "q1": "1", "q2": ["0", "1"], "q4": "=1+1"}, doseq=True)
    kind = "application/x-www-form-urlencoded"
    assert stranger.post(address, sent, content_type=kind).json() == {"says": "交上了，谢谢。"}
    assert stranger.post(address, sent, content_type=kind).json() == {"says": "已经收到。"}
    assert "已经收到" in pupil.get(reverse("governance.survey_answer", args=[opened.id])).content.decode()
    for at in range(12):
        answer(opened, at)
    assert "收到13份" in head.get(reverse("governance.survey", args=[opened.id])).content.decode()
    assert head.post(reverse("governance.survey", args=[opened.id]), {"act": "close"}).status_code == 302
    shown = pupil.get(reverse("governance.survey_results", args=[opened.id])).content.decode()
    assert "最喜欢哪一种活动" in shown and "设计效应" in shown
    table = head.get(reverse("governance.survey_export", args=[opened.id])).content.decode("utf-8-sig")
    assert table.startswith("范围,题目,选项,加权占比")
    assert pupil.get(reverse("governance.survey_export", args=[opened.id])).status_code == 403


def test_the_designer(world: World) -> None:
    head, today = Client(), time.today()
    sign_in(head, world.account("school_head"))
    given = {"title": "问卷", "purpose": "改进", "audience": "pupil", "grades": ["7"], "size": "2"}
    days = {"starts_on": str(today), "ends_on": str(today - timedelta(days=1))}
    assert "过了" in head.post(reverse("governance.survey_new"), given | days).content.decode()
    made = head.post(reverse("governance.survey_new"), given | days | {"ends_on": str(today)})
    assert made.status_code == 302
    refused = head.post(made["Location"], {"act": "add", "title": "你们班有多少学生", "kind": "words"})
    assert refused.status_code == 422 and "不能问" in refused.content.decode()
    assert head.post(made["Location"], {"act": "add", "title": "喜欢吗", "kind": "scale"}).status_code == 302
    assert "1道题" in head.get(made["Location"]).content.decode()
    assert "少于10个" in head.post(made["Location"], {"act": "open"}).content.decode()
    assert head.post(made["Location"], {"act": "drop", "key": "q1"}).status_code == 302
