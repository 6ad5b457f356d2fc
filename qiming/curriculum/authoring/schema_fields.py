"""Fields of a form from the JSON Schema of a manifest, and what came back as the kind of value the schema asks for.

Words come from the manifest: a property's `title`, or the first sentence of its `description`; a choice's from
its `words` or from “value words” in the description (`hand 只自己种树；both 两棵都有`). What has no control here is left as it stands.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from qiming.curriculum.authoring.controls import Choice, Field

Schema = Mapping[str, Any]
Names = Mapping[str, Sequence[Choice]]  # what may be named in the data, by property

_WORDS = {
    "level": "学段",
    "mode": "做哪一部分",
    "start": "从什么开始",
    "count": "几次",
    "value": "达到多少",
    "code": "看 Python 程序",
}
_VALUES = {"primary": "小学", "junior": "初中", "senior": "高中"}
_SENTENCE = re.compile("[。；;：:，]")
_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,6})?")
LONGEST_LABEL = 18


def fields_of(schema: Schema, at: str, names: Names) -> list[Field]:
    """A field for each property that has a control; `at` leads to the object (`lab.settings`)."""
    required = schema.get("required", ())
    found: list[Field] = []
    for name, part in schema.get("properties", {}).items():
        path = f"{at}.{name}"
        if part.get("type") == "object" and part.get("properties"):
            found += fields_of(part, path, names)
        elif one := _field(name, part, path, names.get(name, ()), needed=name in required):
            found.append(one)
    return found


def unshown(schema: Schema) -> list[str]:
    """What the schema has and no control shows, in words."""
    return [
        label_of(name, part)
        for name, part in schema.get("properties", {}).items()
        if not (part.get("type") == "object" and part.get("properties"))
        and _field(name, part, name, (), needed=False) is None
    ]


def _field(name: str, schema: Schema, path: str, named: Sequence[Choice], *, needed: bool) -> Field | None:
    label, said = label_of(name, schema), _help(name, schema)
    kind = schema.get("type")
    if schema.get("enum"):
        choices = [(shown(one), value_words(one, schema)) for one in schema["enum"]]
    elif kind == "boolean":
        choices = [("true", "是"), ("false", "否")]
    elif kind == "string" and named:
        choices = list(named)
    elif kind == "array":
        return _several(schema, path, label, said, named)
    elif kind in ("integer", "number"):
        control = "number" if kind == "integer" else "decimal"
        return Field(path, label, control, help=said, optional=not needed, schema=schema)  # type: ignore[arg-type]  # of the two above
    elif kind == "string":
        return Field(path, label, "line", help=said, optional=not needed, schema=schema, most=400)
    else:
        return None
    if not needed:
        choices.insert(0, ("", _unsaid(schema)))
    return Field(path, label, "choice", choices=choices, help=said, optional=not needed, schema=schema)


def _several(schema: Schema, path: str, label: str, said: str, named: Sequence[Choice]) -> Field | None:
    inside: Schema = schema.get("items", {})
    if inside.get("enum"):
        choices = [(shown(one), value_words(one, {**schema, **inside})) for one in inside["enum"]]
    elif named:
        choices = list(named)
    elif inside.get("type") in ("string", "number", "integer"):
        return Field(path, label, "lines", help=f"{said}一行一个。", optional=True, schema=schema)
    else:
        return None
    return Field(path, label, "several", choices=choices, help=said, optional=True, schema=schema)


def label_of(name: str, schema: Schema) -> str:
    if schema.get("title"):
        return str(schema["title"])
    first = _SENTENCE.split(str(schema.get("description", "")))[0].strip()
    if name in _WORDS:
        return _WORDS[name]
    return first if 0 < len(first) <= LONGEST_LABEL else name


def _help(name: str, schema: Schema) -> str:
    """The description, how much is allowed, and what holds when nothing is chosen."""
    told = str(schema.get("description", ""))
    told = "" if told.rstrip("。") == label_of(name, schema) else told
    least, most = schema.get("minimum", schema.get("exclusiveMinimum")), schema.get("maximum")
    if least is not None and most is not None:
        open_end = "exclusiveMinimum" in schema
        told += f"大于{least:g}，不超过{most:g}。" if open_end else f"{least:g}到{most:g}。"
    if "default" in schema and schema.get("type") in ("integer", "number") and not schema.get("enum"):
        told += f"不填就是{schema['default']:g}。"
    return told


def value_words(value: Any, schema: Schema) -> str:
    """A value that may be chosen, in words: the manifest's `words`, what the description says of it, else itself."""
    plain = shown(value)
    given = schema.get("words", {}).get(plain) or _VALUES.get(plain)
    if given or not isinstance(value, str):
        return str(given or plain)
    told = re.search(
        rf"(?:^|[；;，,。：:])\s*{re.escape(value)}\s*(?:是|=|＝|：|\s)\s*([^；;，,。（）]+)",
        str(schema.get("description", "")),
    )
    return told[1].strip() if told else plain


def _unsaid(schema: Schema) -> str:
    if "default" not in schema:
        return "不另定"
    value = schema["default"]
    words = ("是" if value else "否") if isinstance(value, bool) else value_words(value, schema)
    return f"照实验原来的：{words}"


def shown(value: Any) -> str:
    """A value as a control carries it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def value_of(one: Field, typed: str) -> Any:
    """What was typed or chosen as the schema's kind of value; None takes the setting away."""
    schema = one.schema or {}
    flat = typed.strip()
    if not flat:
        if one.optional:
            return None
        raise ValueError(f"“{one.label}”不能空着。")
    if one.kind == "choice":
        if flat not in {key for key, _ in one.choices}:
            raise ValueError("请从列表里选。")
        if schema.get("enum"):
            return next(value for value in schema["enum"] if shown(value) == flat)
        return flat == "true" if schema.get("type") == "boolean" else flat
    if one.kind == "lines":
        return [
            _plain(line.strip(), schema.get("items", {}), one) for line in flat.splitlines() if line.strip()
        ]
    return _plain(flat, schema, one)


def chosen_of(one: Field, ticked: Sequence[str]) -> list[Any] | None:
    """What was ticked of several, as the schema's kind of values; None when nothing is."""
    inside = (one.schema or {}).get("items", {})
    known = {shown(value): value for value in inside.get("enum", ())}
    return [known.get(key, key) for key in ticked] or None


def _plain(typed: str, schema: Schema, one: Field) -> Any:
    kind = schema.get("type")
    if kind not in ("integer", "number"):
        return typed
    if not _NUMBER.fullmatch(typed):
        raise ValueError(f"“{one.label}”请填数，如 0.75。")
    number = float(typed)
    if kind == "integer" and not number.is_integer():
        raise ValueError(f"“{one.label}”请填整数。")
    return int(number) if number.is_integer() else number
