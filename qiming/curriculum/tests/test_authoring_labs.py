"""A step with a lab in a school's version: the form comes from the lab's manifest, what is kept fits its schema."""

import copy
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from qiming.curriculum import queries
from qiming.curriculum.authoring import forms, labs, schema_fields, services
from qiming.curriculum.authoring.checking import blocking, findings
from qiming.curriculum.authoring.controls import DataSet, Field
from qiming.curriculum.authoring.models import LessonFork
from qiming.curriculum.authoring.parts import stored_parts
from qiming.curriculum.authoring.words import described
from qiming.curriculum.models import Dataset
from qiming.curriculum.tests.test_authoring import again, cast, fork, publish
from qiming.curriculum.tests.test_authoring_pages import FRAGMENT, form
from qiming.registry.testing import Cast

__all__ = ["cast", "fork"]

TRY = "activity/try"
MANIFESTS = labs.manifests()


@pytest.fixture
def mazes(fork: LessonFork) -> Dataset:
    data = {
        "key": "mazes",
        "kind": "maze",
        "mazes": [{"key": "cup", "title": "口袋"}, {"key": "far", "title": "远路"}],
    }
    return Dataset.objects.create(
        key="mazes", content_hash="m" * 64, title="两个迷宫", kind="maze", data=data, files={}
    )


@pytest.mark.parametrize("lab_id", MANIFESTS)
def test_every_manifest_makes_a_form(lab_id: str) -> None:
    """Each control has words; a goal begins with parameters its schema allows."""
    manifest = MANIFESTS[lab_id]
    for field in schema_fields.fields_of(manifest["settings"], "lab.settings", {}):
        assert field.label
    for key, goal in manifest["goals"].items():
        schema = goal["parameters"]
        fields = {one.name: one for one in schema_fields.fields_of(schema, "g", {})}
        assert {f"g.{name}" for name in schema.get("required", ())} <= set(fields)
        started = {
            name: value for name, value in labs.new_goal(lab_id, key).items() if name not in ("goal", "text")
        }
        named = {name for name, value in started.items() if value in ("", [])}
        wrong = [
            one for one in Draft202012Validator(schema).iter_errors(started) if not named & set(one.path)
        ]
        assert not wrong, (key, wrong)
    challenge = labs.challenge_of(lab_id)
    lab = labs.new_lab(lab_id)
    if challenge:
        with_it = labs.with_challenge(lab, wanted=True)
        assert labs.has_challenge(with_it)
        assert not labs.has_challenge(labs.with_challenge(with_it, wanted=False))


@pytest.mark.parametrize(
    ("schema", "typed", "value"),
    [
        ({"type": "integer"}, "7", 7),
        ({"type": "integer"}, " 7.0 ", 7),
        ({"type": "number"}, "0.75", 0.75),
        ({"type": "number"}, "2", 2),
        ({"type": "number"}, "９", 9),
        ({"type": "boolean"}, "false", False),
        ({"type": "boolean"}, "", None),
        ({"enum": [0.01, 1, "a"]}, "0.01", 0.01),
        ({"enum": [0.01, 1, "a"]}, "1", 1),
        ({"type": "array", "items": {"type": "number"}}, "1\n\n2.5", [1, 2.5]),
        ({"type": "string"}, "ab", "ab"),
    ],
)
def test_what_is_typed_becomes_the_schemas_kind_of_value(
    schema: dict[str, Any], typed: str, value: Any
) -> None:
    field = schema_fields.fields_of({"properties": {"x": schema}}, "s", {})[0]
    found = schema_fields.value_of(field, typed)
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize(
    ("schema", "typed"),
    [
        ({"type": "integer"}, "1.5"),
        ({"type": "integer"}, "many"),
        ({"type": "number"}, "1e9"),
        ({"enum": ["a"]}, "b"),
        ({"type": "boolean"}, "yes"),
        ({"type": "array", "items": {"type": "integer"}}, "1\nx"),
    ],
)
def test_what_is_no_such_value_is_said(schema: dict[str, Any], typed: str) -> None:
    field = schema_fields.fields_of({"properties": {"x": schema}}, "s", {})[0]
    with pytest.raises(ValueError, match="请"):
        schema_fields.value_of(field, typed)


def test_names_of_the_data_are_offered_by_the_settings_name() -> None:
    there = {"mazes": [("cup", "口袋")], "traits": [("up", "立着")], "columns": [("a", "长")]}
    found = {name: labs.part_of(name, there) for name in ("maze", "train_traits", "trait", "columns", "rate")}
    assert found == {
        "maze": "mazes",
        "train_traits": "traits",
        "trait": "traits",
        "columns": "columns",
        "rate": "",
    }


def test_words_of_choices_come_from_the_manifest() -> None:
    schema = {
        "enum": ["hand", "both", "primary"],
        "description": "hand 只用手放；both 两样都有。",
        "words": {"x": "y"},
    }
    assert [schema_fields.value_words(one, schema) for one in schema["enum"]] == [
        "只用手放",
        "两样都有",
        "小学",
    ]
    assert schema_fields.value_words("x", schema) == "y"


def test_what_belongs_together_follows() -> None:
    sets = [DataSet("mazes", "迷宫", "maze", {"mazes": [("cup", "口袋")]}), DataSet("m2", "二", "maze", {})]
    before = labs.new_lab("maze", sets) | {"settings": {"maze": "cup", "mud": 4}, "hints": ["想"]}
    assert before["dataset"] == "mazes"
    other = labs.settled(before, {**before, "dataset": "m2"}, sets, asks_challenge=False)
    assert other["settings"] == {"mud": 4}
    goals = [{"goal": "predict", "text": before["goals"][0]["text"], "count": 2}]
    changed = labs.settled(before, {**before, "goals": goals}, sets, asks_challenge=False)
    assert changed["goals"] == [{"goal": "predict", "text": MANIFESTS["maze"]["goals"]["predict"]["text"]}]
    moved = labs.settled(before, {**before, "id": "python"}, sets, asks_challenge=True)
    assert (moved["id"], moved["settings"], moved["hints"], moved["dataset"]) == ("python", {}, ["想"], "")
    teacher = labs.settled(before, {**before, "by": True}, sets, asks_challenge=False)
    assert teacher["by"] == "teacher"


class Writer:
    """A teacher at the form of one step."""

    def __init__(self, cast: Cast, fork: LessonFork, place: str) -> None:
        self.client, self.fork, self.place = cast.client("teacher"), fork, place

    def save(self, act: str = "", **typed: Any) -> str:
        sent = form(self.fork, self.place) | {"act": act}
        for name, value in typed.items():
            if value is None:
                sent.pop(name, None)
            else:
                sent[name.replace("__", ".")] = value
        answer = self.client.post(f"/authoring/{self.fork.id}/save", sent, **FRAGMENT)  # type: ignore[arg-type]
        assert answer.status_code == 200, answer.content.decode()[:400]
        return answer.content.decode()

    @property
    def lab(self) -> dict[str, Any]:
        return dict(again(self.fork).parts[self.place]["lab"])


@pytest.fixture
def writer(cast: Cast, fork: LessonFork, mazes: Dataset) -> Writer:
    sent = {"act": "add-step", "place": "activity/guess", "kind": "lab"}
    answer = cast.client("teacher").post(f"/authoring/{fork.id}/change", sent)
    assert answer.status_code == 302
    order = again(fork).parts["activities"]
    return Writer(cast, fork, f"activity/{order[order.index('guess') + 1]}")


@pytest.mark.django_db
def test_a_step_with_a_lab_from_nothing_to_the_class(cast: Cast, fork: LessonFork, writer: Writer) -> None:
    assert writer.lab["id"] in MANIFESTS
    html = writer.save(lab__id="maze")
    assert 'name="lab.settings.mud"' in html and "两个迷宫" in html and "口袋" in html
    assert (writer.lab["id"], writer.lab["dataset"], writer.lab["settings"]) == ("maze", "mazes", {})
    writer.save(
        title="走迷宫",
        text="走一走。",
        teacher="看。",
        minutes="5",
        lab__hints="先猜\n再走",
        lab__settings__maze="far",
        lab__settings__mud="7",
        lab__settings__edit="false",
        lab__settings__methods=["bfs", "astar"],
    )
    assert writer.lab["settings"] == {"maze": "far", "mud": 7, "edit": False, "methods": ["bfs", "astar"]}
    html = writer.save(lab__goals__0__goal="worse-path")
    assert 'name="lab.goals.0.more_by"' in html
    writer.save(lab__goals__0__method="dfs", lab__goals__0__more_by="6", lab__goals__0__text="多花6")
    writer.save(act="add:lab.goals")
    assert [goal["goal"] for goal in writer.lab["goals"]] == ["worse-path", "compare-methods"]
    assert writer.lab["goals"][0] == {"goal": "worse-path", "method": "dfs", "more_by": 6, "text": "多花6"}
    writer.save(act="up:lab.goals.1")
    writer.save(act="drop:lab.goals.1")
    writer.save(lab__challenge="on")
    assert writer.lab["goals"][-1] == MANIFESTS["maze"]["break_it"]["goal"]
    # The challenge's numbers changed: it stays, and its box no longer counts.
    writer.save(lab__goals__1__more_by="9")
    assert [goal.get("more_by") for goal in writer.lab["goals"]] == [None, 9]
    writer.save(lab__goals__1__more_by="4")
    sent = form(fork, writer.place)
    sent.pop("lab.challenge")
    writer.client.post(f"/authoring/{fork.id}/save", sent)
    assert len(writer.lab["goals"]) == 1
    assert not [one for one in blocking(findings(again(fork))) if one.place == writer.place]
    lesson = publish(cast, fork)
    step = queries.lesson(lesson.id).activity(writer.place.removeprefix("activity/"))
    assert step and step.data["lab"]["dataset_url"] == f"/content/datasets/mazes@{'m' * 16}/"
    assert step.data["lab"]["settings"]["mud"] == 7
    lines = [one.what for one in described(stored_parts(fork.base), again(fork).parts)]
    assert lines[:2] == ["次序", "新加的"]


@pytest.mark.django_db
def test_the_citys_lab_step_can_be_set_anew(cast: Cast, fork: LessonFork, mazes: Dataset) -> None:
    writer = Writer(cast, fork, TRY)
    writer.save(
        lab__settings__start="filled",
        lab__settings__labels=["big", "small"],
        lab__goals__0__min="3",
        lab__by="on",
    )
    assert writer.lab["settings"] == {"start": "filled", "labels": ["big", "small"]}
    assert (writer.lab["goals"][0]["min"], writer.lab["by"]) == (3, "teacher")
    assert not blocking(findings(again(fork)))
    said = {one.what for one in described(stored_parts(fork.base), again(fork).parts)}
    assert "实验设置：开始时有什么" in said
    writer.save(lab__settings__start="", lab__settings__labels=[], lab__goals__0__min="1", lab__by=None)
    sent = form(fork, TRY)
    sent.pop("lab.by", None)
    writer.client.post(f"/authoring/{fork.id}/save", sent)
    assert again(fork).parts[TRY]["lab"]["settings"] == {}


@pytest.mark.django_db
def test_broken_settings_are_told_and_go_to_no_class(cast: Cast, fork: LessonFork, mazes: Dataset) -> None:
    writer = Writer(cast, fork, TRY)
    html = writer.save(lab__goals__0__min="很多", lab__settings__start="elsewhere")
    assert "请填数" in html and "请从列表里选" in html
    assert again(fork).parts == fork.parts
    writer.save(lab__goals__0__min="3000")
    assert [one.place for one in blocking(findings(again(fork)))] == [TRY]
    with pytest.raises(Exception, match="改好"):
        publish(cast, fork)
    worse: tuple[dict[str, Any], ...] = (
        {"dataset": "nowhere"},
        {"dataset": "mazes"},
        {"settings": {"start": 7}},
        {"settings": {"unknown": 1}},
        {"goals": []},
        {"goals": [{"goal": "none", "text": "x"}]},
        {"id": "no-such-lab"},
        {"hints": []},
    )
    for lab in worse:
        broken = copy.deepcopy(fork.parts[TRY])
        broken["lab"] |= lab
        services.change(actor=cast.teacher, fork_id=fork.id, how=lambda parts, b=broken: {**parts, TRY: b})  # type: ignore[misc]  # bound now
        assert TRY in {one.place for one in blocking(findings(again(fork)))}, lab
        for page in (f"/authoring/{fork.id}/?at={TRY}", f"/learn/try/draft/{fork.id}/"):
            assert writer.client.get(page).status_code == 200, (lab, page)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lab.id", "no-such-lab"),
        ("lab.id", "../../etc"),
        ("lab.dataset", "mazes"),
        ("lab.settings.unknown", "1"),
        ("lab.settings.__proto__", "1"),
        ("lab.goals.5.text", "没有第六个"),
        ("lab.goals.0.goal", "worse-path"),
        ("lab.dataset_url", "https://elsewhere.example/"),
    ],
)
def test_what_no_form_offers_changes_nothing(
    cast: Cast, fork: LessonFork, mazes: Dataset, name: str, value: str
) -> None:
    sent = form(fork, TRY) | {name: value}
    cast.client("teacher").post(f"/authoring/{fork.id}/save", sent)
    assert again(fork).parts == fork.parts


@pytest.mark.django_db
def test_words_in_a_lab_stay_words(cast: Cast, fork: LessonFork) -> None:
    evil = "<script>alert(1)</script>"
    html = Writer(cast, fork, TRY).save(lab__goals__0__text=evil, lab__hints=evil)
    assert evil not in html


@pytest.mark.django_db
def test_two_tabs_set_different_things(cast: Cast, fork: LessonFork) -> None:
    first, second = form(fork, TRY), form(fork, TRY)
    client = cast.client("teacher")
    client.post(f"/authoring/{fork.id}/save", first | {"lab.settings.start": "filled"})
    client.post(f"/authoring/{fork.id}/save", second | {"lab.settings.show_groups": "true"})
    lab = again(fork).parts[TRY]["lab"]
    assert lab["settings"] == {"start": "filled", "show_groups": True}
    client.post(f"/authoring/{fork.id}/save", first | {"lab.goals.0.min": "2"})
    client.post(f"/authoring/{fork.id}/save", second | {"lab.goals.0.text": "放两张"})
    assert again(fork).parts[TRY]["lab"]["goals"] == [
        {"goal": "examples-per-class", "min": 2, "text": "放两张"}
    ]
    clash = client.post(f"/authoring/{fork.id}/save", second | {"lab.settings.start": ""}, **FRAGMENT)  # type: ignore[arg-type]
    assert clash.status_code == 409 and "开始时有什么" in clash.content.decode()
    again_sent = client.post(f"/authoring/{fork.id}/save", first | {"lab.settings.start": "filled"})
    assert again_sent.status_code == 302


@pytest.mark.django_db
def test_without_data_for_any_lab_none_is_added(cast: Cast, fork: LessonFork) -> None:
    Dataset.objects.update(kind="table-of-nobody")
    sent = {"act": "add-step", "place": "activity/guess", "kind": "lab"}
    assert cast.client("teacher").post(f"/authoring/{fork.id}/change", sent).status_code == 422


def test_the_mark_of_a_form_follows_its_controls() -> None:
    plain = [Field("title", "名", "line")]
    assert forms.shape_of(plain) == forms.shape_of([Field("title", "名", "line", "写了字")])
    more = [*plain, Field("lab.dataset", "数据", "choice", choices=[("a", "甲")])]
    assert len({forms.shape_of(plain), forms.shape_of(more)}) == 2
