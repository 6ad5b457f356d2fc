"""The form of a step's lab, made from the lab's manifest: which lab, which data, how it is set, what counts as done."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from qiming.curriculum.authoring import labs
from qiming.curriculum.authoring.controls import PIECES, Around, Choice, Field, Group, Piece, value_at
from qiming.curriculum.authoring.parts import Block
from qiming.curriculum.authoring.schema_fields import Names, fields_of, label_of, shown, unshown
from qiming.curriculum.rules.manifests import kinds_of_data

CHALLENGE = "lab.challenge"  # no value of its own: its goal is there or not
GOALS = "lab.goals"


def lab_groups(block: Block, around: Around) -> list[Group]:
    lab = block["lab"]
    manifest = labs.manifests().get(lab["id"])
    groups = [
        Group("实验", _which(lab, manifest, around), help=manifest["what_it_teaches"] if manifest else "")
    ]
    if manifest is None:
        return groups
    names = _names(lab, around)
    set_so = _filled(block, fields_of(manifest["settings"], "lab.settings", names))
    rest = "、".join(unshown(manifest["settings"]))
    groups.append(Group("怎样设置", set_so, help=f"这几样照原来的，这里不改：{rest}。" if rest else ""))
    groups.append(_goals(block, manifest, names))
    hints = Field(
        "lab.hints", "实验的提示", "lines", value_at(block, "lab.hints"), help="一行一条，学生一条一条地要"
    )
    groups.append(Group("", [*_challenge(lab), hints]))
    return groups


def _which(lab: labs.Lab, manifest: labs.Manifest | None, around: Around) -> list[Field]:
    kinds = kinds_of_data(manifest) if manifest else []
    known: list[Choice] = [*around.labs]
    if lab["id"] not in dict(known):
        known.insert(0, (lab["id"], manifest["title"] if manifest else "没有这个实验了"))
    fitting = [(one.key, one.title) for one in around.data_sets if one.kind in kinds]
    if lab["dataset"] not in dict(fitting):
        fitting.insert(0, (lab["dataset"], "请选一套数据" if not lab["dataset"] else "没有这套数据了"))
    help_words = "换一个实验，数据、设置和目标会跟着换成它的。"
    return [
        Field("lab.id", "哪个实验", "choice", lab["id"], known, help=help_words),
        Field("lab.dataset", "用哪套数据", "choice", lab["dataset"], fitting),
        Field("lab.by", "老师在大屏上演示，学生的设备上不打开", "check", bool(lab.get("by")), optional=True),
    ]


def _names(lab: labs.Lab, around: Around) -> Names:
    """What settings and goals of this lab may name in its data."""
    there = next((one.names for one in around.data_sets if one.key == lab["dataset"]), {})
    return _ByProperty(there, str(lab["settings"].get("task", "")))


class _ByProperty(dict[str, Sequence[Choice]]):
    """Looks a property's name up in the parts of a data set."""

    def __init__(self, there: Mapping[str, Sequence[Choice]], task: str) -> None:
        super().__init__(there)
        self.task = task

    def get(self, name: str, default: Any = ()) -> Any:
        if name == "check":
            return super().get(f"checks of {self.task}", default)
        part = labs.part_of(name, self)
        return super().get(part, default) if part else default


def _goals(block: Block, manifest: labs.Manifest, names: Names) -> Group:
    kinds = [(key, str(form["text"])) for key, form in manifest["goals"].items()]
    made = []
    for n, goal in enumerate(block["lab"]["goals"]):
        at = f"{GOALS}.{n}"
        form = manifest["goals"].get(goal["goal"])
        known = kinds if form else [(goal["goal"], "这个实验没有这种目标了"), *kinds]
        fields = [
            Field(f"{at}.goal", "做到什么", "choice", choices=known),
            Field(f"{at}.text", "写给学生的话", "line", most=80, help="最多80个字，写清要做到的数"),
        ]
        if form:
            fields += fields_of(form["parameters"], at, names)
        made.append(Piece(at, f"目标{n + 1}", _filled(block, fields), _needs(form) if form else ""))
    title, one = PIECES[GOALS]
    return Group(title, [], made, GOALS, one)


def _needs(form: Mapping[str, Any]) -> str:
    """What the goal asks, with the names of its parameters as the form has them."""
    said = str(form["needs"])
    for name, part in form["parameters"].get("properties", {}).items():
        said = re.sub(rf"\b{re.escape(name)}\b", f"“{label_of(name, part)}”", said)
    return said.replace(" 为 true", "选“是”").replace(" 为 false", "选“否”")


def _challenge(lab: labs.Lab) -> list[Field]:
    found = labs.challenge_of(lab["id"])
    if found is None:
        return []
    words = f"加上挑战“{found['title']}”"
    return [Field(CHALLENGE, words, "check", labs.has_challenge(lab), help=found["text"])]


def _filled(block: Block, fields: Sequence[Field]) -> list[Field]:
    """The fields with what stands in the block; a choice's value as its control carries it."""
    return [_with_value(one, value_at(block, one.name)) for one in fields]


def _with_value(one: Field, value: Any) -> Field:
    if one.kind == "choice" and value == "" and not one.optional:
        return replace(one, choices=[("", "请选一个"), *one.choices])
    if one.kind == "choice" and value != "":
        return replace(one, value=shown(value))
    if one.kind == "several" and isinstance(value, list):
        return replace(one, value=[shown(each) for each in value])
    return replace(one, value=value)
