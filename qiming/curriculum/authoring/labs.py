"""The labs that a step may use, as their manifests say: what there is, what is new in a step, what belongs together."""

import ast
import copy
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from qiming.curriculum.authoring.controls import Around, Choice, DataSet
from qiming.curriculum.authoring.schema_fields import label_of, shown, value_words
from qiming.curriculum.checks.programs import checks_in
from qiming.curriculum.models import Dataset, MediaFile
from qiming.curriculum.rules.manifests import kinds_of_data
from qiming.kernel.errors import UserError

NO_LAB = UserError("没有这个实验了", kept="写的都存好了。", next="先换一个实验。", status=409)

Manifest = Mapping[str, Any]
Lab = dict[str, Any]
Goal = dict[str, Any]


@lru_cache(maxsize=1)
def manifests() -> dict[str, dict[str, Any]]:
    """By id, in the order of their titles."""
    found = (
        json.loads(path.read_text(encoding="utf-8"))
        for path in Path(settings.LABS_ROOT).glob("*/manifest.json")
    )
    return {str(one["id"]): one for one in sorted(found, key=lambda one: str(one["title"]))}


def choices() -> list[Choice]:
    """The labs that have data to work with."""
    there = set(Dataset.objects.filter(is_current=True).values_list("kind", flat=True))
    return [
        (key, str(one["title"])) for key, one in manifests().items() if there.intersection(kinds_of_data(one))
    ]


def data_sets(used: Sequence[str]) -> list[DataSet]:
    """Every current data set; those `used` with the names in them."""
    rows = Dataset.objects.filter(is_current=True).order_by("title").defer("data", "files")
    named = {row.key: row for row in Dataset.objects.filter(is_current=True, key__in=list(used))}
    return [
        DataSet(row.key, row.title, row.kind, _names(named[row.key]) if row.key in named else {})
        for row in rows
    ]


def _names(row: Dataset) -> dict[str, list[Choice]]:
    """Every list of named things in a data set; for programs the checks of each task too."""
    found = {
        part: [(str(one["key"]), str(one.get("text") or one.get("title") or one["key"])) for one in listed]
        for part, listed in row.data.items()
        if isinstance(listed, list)
        and listed
        and all(isinstance(one, dict) and "key" in one for one in listed)
    }
    for task, _ in found.get("tasks", ()):
        sha256 = row.files.get(f"{task}_check.py")
        if sha256:
            found[f"checks of {task}"] = [(key, said) for key, said in _checks(sha256)]
    return found


def _checks(sha256: str) -> list[Choice]:
    body = MediaFile.objects.values_list("body", flat=True).get(sha256=sha256)
    text = bytes(body).decode("utf-8", "replace")
    try:
        said = {
            node.name: (ast.get_docstring(node) or "").partition("\n")[0]
            for node in ast.parse(text).body
            if isinstance(node, ast.FunctionDef)
        }
    except (SyntaxError, ValueError):
        return []
    return [(key, said.get(f"check_{key}") or key) for key in checks_in(text)]


def new_lab(lab_id: str, sets: Sequence[DataSet] = ()) -> Lab:
    """A lab with its first data set, its necessary settings and its first goal."""
    manifest = manifests()[lab_id]
    fitting = [one for one in sets if one.kind in kinds_of_data(manifest)]
    first = next(iter(manifest["goals"]))
    return {
        "id": lab_id,
        "dataset": fitting[0].key if fitting else "",
        "settings": {},
        "goals": [new_goal(lab_id, first)],
        "hints": [],
    }


def new_goal(lab_id: str, kind: str) -> Goal:
    """A goal of this kind with the words and numbers that the manifest begins with."""
    form = manifests()[lab_id]["goals"][kind]
    parameters = form["parameters"]
    needed = {name: starting(parameters["properties"][name]) for name in parameters.get("required", ())}
    return {"goal": kind, "text": form["text"], **needed}


def first_lab(around: Around) -> Lab:
    """What a new step begins with: the first lab there is, to be changed."""
    return new_lab(around.labs[0][0], around.data_sets)


def next_goal(lab: Lab) -> Goal:
    """The first kind of goal that the lab has not been given yet, or the first of all."""
    kinds = list(manifests().get(lab["id"], {}).get("goals", {}))
    if not kinds:
        raise NO_LAB
    used = {goal["goal"] for goal in lab["goals"]}
    return new_goal(lab["id"], next((kind for kind in kinds if kind not in used), kinds[0]))


def starting(schema: Mapping[str, Any]) -> Any:
    """A first value that the schema allows, as far as it says."""
    if "default" in schema:
        return copy.deepcopy(schema["default"])
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "boolean":
        return False
    if kind in ("integer", "number"):
        return _number(schema)
    return [] if kind == "array" else {} if kind == "object" else ""


def _number(schema: Mapping[str, Any]) -> int | float:
    if "exclusiveMinimum" in schema and schema.get("type") == "number":
        most = schema.get("maximum", schema.get("exclusiveMaximum", schema["exclusiveMinimum"] + 2))
        return float((schema["exclusiveMinimum"] + most) / 2)
    if "exclusiveMinimum" in schema:
        return int(schema["exclusiveMinimum"]) + 1
    least: int | float = schema.get("minimum", 1)
    return least


def settled(before: Lab, after: Lab, sets: Sequence[DataSet], *, asks_challenge: bool) -> Lab:
    """What belongs together: another lab has its own data, settings and goals; another kind of goal its own
    parameters; another data set takes away what named things of the old one. With `asks_challenge` the form had the
    box for the challenge, ticked when `after` has `challenge`."""
    made = copy.deepcopy(after)
    challenge = made.pop("challenge", False)
    if made.get("by"):
        made["by"] = "teacher"
    if made["id"] != before["id"]:
        return {**new_lab(made["id"], sets), **{name: made[name] for name in ("hints", "by") if name in made}}
    if asks_challenge and challenge != has_challenge(before):
        made = with_challenge(made, wanted=challenge)
    for n, goal in enumerate(made["goals"]):
        old = before["goals"][n] if n < len(before["goals"]) else goal
        if goal["goal"] != old["goal"]:
            forms = manifests().get(after["id"], {}).get("goals", {})
            words = {form["text"] for form in forms.values()}
            fresh = new_goal(after["id"], goal["goal"])
            kept = {} if goal["text"] in words or not goal["text"] else {"text": goal["text"]}
            made["goals"][n] = fresh | kept
    if after["dataset"] != before["dataset"]:
        old_names = next((one.names for one in sets if one.key == before["dataset"]), {})
        for name in list(made["settings"]):
            if isinstance(made["settings"][name], str | list) and part_of(name, old_names):
                del made["settings"][name]
    return made


def part_of(name: str, names: Mapping[str, Sequence[Choice]]) -> str:
    """The part of a data set whose things a setting of this name means: `columns`, `maze`, `train_traits`, `trait`."""
    last = name.rpartition("_")[2]
    return next((part for part in (name, f"{name}s", last, f"{last}s") if part in names), "")


def challenge_of(lab_id: str) -> Manifest | None:
    """The lab's “break it”: title, words and the goal it sets."""
    found = manifests().get(lab_id, {}).get("break_it")
    return found if found and "goal" in found else None


def setting_words(lab_id: str, name: str) -> str:
    """What a setting is called in the form; "" when the lab has none of that name."""
    part = manifests().get(lab_id, {}).get("settings", {}).get("properties", {}).get(name)
    return label_of(name, part) if part else ""


def value_said(lab_id: str, name: str, value: Any) -> str | None:
    """A setting's value in words; None when the lab has no such choice."""
    part = manifests().get(lab_id, {}).get("settings", {}).get("properties", {}).get(name, {})
    if isinstance(value, list):
        inside = {**part, **part.get("items", {})}
        return "、".join(value_words(one, inside) for one in value) if inside.get("enum") else None
    return value_words(value, part) if part.get("enum") else None


def parameter_words(lab_id: str, goal: str, name: str) -> str:
    if name == "text":
        return "写给学生的话"
    form = manifests().get(lab_id, {}).get("goals", {}).get(goal, {})
    part = form.get("parameters", {}).get("properties", {}).get(name)
    return label_of(name, part) if part else str(name)


def goal_said(lab_id: str, goal: Goal) -> str:
    """A goal in words: what pupils read, and its numbers."""
    more = [
        f"{parameter_words(lab_id, goal['goal'], name)}：{shown(value)}"
        for name, value in goal.items()
        if name not in ("goal", "text")
    ]
    return str(goal["text"]) + (f"（{'，'.join(more)}）" if more else "")


def lab_said(lab: Lab) -> str:
    """A whole lab in words: which one, how it is set, its goals and hints."""
    lab_id = lab["id"]
    lines = [str(manifests().get(lab_id, {}).get("title", lab_id))]
    for name, value in lab["settings"].items():
        yes_no = "是" if value is True else "否" if value is False else None
        lines.append(
            f"{setting_words(lab_id, name) or name}：{yes_no or value_said(lab_id, name, value) or value}"
        )
    lines += [f"目标：{goal_said(lab_id, goal)}" for goal in lab["goals"]]
    return "\n".join([*lines, *(f"提示：{hint}" for hint in lab["hints"])])


def has_challenge(lab: Lab) -> bool:
    found = challenge_of(lab["id"])
    return bool(found) and any(_same(goal, found["goal"]) for goal in lab["goals"]) if found else False


def with_challenge(lab: Lab, *, wanted: bool) -> Lab:
    """The lab with the challenge's goal as the last one, or without it."""
    found = challenge_of(lab["id"])
    if found is None or wanted == has_challenge(lab):
        return lab
    if wanted:
        return {**lab, "goals": [*lab["goals"], copy.deepcopy(found["goal"])]}
    return {**lab, "goals": [goal for goal in lab["goals"] if not _same(goal, found["goal"])]}


def _same(goal: Goal, other: Goal) -> bool:
    """Alike but for the words."""
    return {**goal, "text": ""} == {**other, "text": ""}
