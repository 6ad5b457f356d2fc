"""Content as text: YAML that remembers its lines, checks against a JSON Schema, hashes of folders.

Every problem is written for the author: file, line, place in the document, what is wrong and what to do,
in Chinese and in English. Nothing here knows what the content is about.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from qiming.kernel.content_words import Words, words_for

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 40

Place = tuple[str | int, ...]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)([eE][-+]?[0-9]+)?")
_NULL = ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing an author should mend. `warns` only: worth a look, refuses nothing."""

    file: str
    line: int
    where: str
    words: Words
    warns: bool = False
    rule: str = ""  # the name of the rule it breaks

    def __str__(self) -> str:
        place = f" {self.where}" if self.where else ""
        mark = ("提醒 " if self.warns else "") + (f"[{self.rule}] " if self.rule else "")
        return (
            f"{self.file}:{self.line}:{place} {mark}{self.words.zh}{self.words.remedy_zh}\n"
            f"    {self.words.en} {self.words.remedy_en}"
        )

    def as_dict(self) -> dict[str, str | int | bool]:
        return {
            "file": self.file,
            "line": self.line,
            "where": self.where,
            "zh": self.words.zh,
            "en": self.words.en,
            "remedy_zh": self.words.remedy_zh,
            "remedy_en": self.words.remedy_en,
            "warns": self.warns,
            "rule": self.rule,
        }


class Unreadable(ValueError):
    """A file that could not be read at all; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data read from `file`, and the line each place in it stands on."""

    file: str
    data: Any
    lines: dict[Place, int] = field(repr=False)

    def line(self, place: Place) -> int:
        """The line of `place`, or of the nearest thing around it."""
        for end in range(len(place), -1, -1):
            if place[:end] in self.lines:
                return self.lines[place[:end]]
        return 1

    def problem(self, place: Place, words: Words, *, warns: bool = False, rule: str = "") -> Problem:
        return Problem(self.file, self.line(place), show_place(place), words, warns, rule)


def show_place(place: Iterable[str | int]) -> str:
    """`(3, "options", 1)` as `[3].options[1]`."""
    shown = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return shown.removeprefix(".")


def read_text(path: Path, root: Path) -> str:
    """The text of a UTF-8 file of decent size; raises `Unreadable`."""
    name = relative(path, root)
    if not path.is_file():
        raise Unreadable(Problem(name, 1, "", words_for("missing_file")))
    data = path.read_bytes()
    if len(data) > MAX_BYTES:
        raise Unreadable(Problem(name, 1, "", words_for("too_big", limit=MAX_BYTES // 1024)))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Unreadable(Problem(name, line, "", words_for("not_utf8"))) from None


def read_yaml(path: Path, root: Path) -> Document:
    """A YAML file as plain data with lines; raises `Unreadable`. Dates, yes/no and 10:30 stay text."""
    name = relative(path, root)
    text = read_text(path, root)
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = str(getattr(error, "problem", "") or "")
        line = mark.line + 1 if mark else 1
        raise Unreadable(Problem(name, line, "", words_for("bad_yaml", said=said))) from None
    if node is None:
        raise Unreadable(Problem(name, 1, "", words_for("empty_file")))
    lines: dict[Place, int] = {}
    data = _Builder(name, lines).build(node, ())
    return Document(name, data, lines)


class _Builder:
    """Plain data out of YAML nodes; shared nodes (anchors) are refused, so nothing can blow up."""

    def __init__(self, name: str, lines: dict[Place, int]) -> None:
        self.name = name
        self.lines = lines
        self.seen: set[int] = set()

    def build(self, node: yaml.Node, place: Place) -> Any:
        self.lines[place] = node.start_mark.line + 1
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, place)
        if id(node) in self.seen or len(place) > MAX_DEPTH:
            raise self._refusal(node, place, "anchors")
        self.seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*place, at)) for at, child in enumerate(node.value)]
        return self._mapping(node, place)

    def _mapping(self, node: yaml.Node, place: Place) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise self._refusal(key_node, place, "odd_key")
            key = str(key_node.value)
            if key in built:
                raise self._refusal(key_node, (*place, key), "twice", key=key)
            built[key] = self.build(value_node, (*place, key))
            self.lines[(*place, key)] = key_node.start_mark.line + 1
        return built

    def _scalar(self, node: yaml.ScalarNode, place: Place) -> Any:
        value, kind = str(node.value), node.tag.removeprefix(_TAG)
        if "\x00" in value:
            raise self._refusal(node, place, "nul")
        if kind in ("str", "timestamp"):
            return value
        if kind == "null" and value in _NULL:
            return None
        if kind == "bool":
            return value.lower() == "true" if value.lower() in ("true", "false") else value
        if kind == "int":
            return int(value) if _INT.fullmatch(value) else value
        if kind == "float":
            return float(value) if _FLOAT.fullmatch(value) else value
        raise self._refusal(node, place, "odd_tag", tag=node.tag)

    def _refusal(self, node: yaml.Node, place: Place, reason: str, **given: str) -> Unreadable:
        line = node.start_mark.line + 1
        return Unreadable(Problem(self.name, line, show_place(place), words_for(reason, **given)))


@lru_cache(maxsize=64)
def validator(schema_file: Path) -> Draft202012Validator:
    """The validator of a published schema file."""
    schema = json.loads(schema_file.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def against_schema(document: Document, schema_file: Path) -> list[Problem]:
    """Where the document departs from the schema, in the order of its lines."""
    return against(document, validator(schema_file))


def against(document: Document, check: Draft202012Validator, place: Place = ()) -> list[Problem]:
    """The same for the part of the document at `place` and a schema already in hand."""
    data = document.data
    for step in place:
        data = data[step]
    found = [
        document.problem((*place, *_place(error)), _words(error))
        for top in check.iter_errors(data)
        for error in _leaves(top)
    ]
    return sorted(set(found), key=lambda problem: (problem.line, problem.where))


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    """The errors that say something; of several alternatives the one that came closest."""
    if not error.context:
        yield error
        return
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context:
        branches.setdefault(inner.schema_path[0], []).append(inner)
    closest = min(branches.values(), key=_distance)
    for inner in closest:
        yield from _leaves(inner)


def _distance(branch: list[ValidationError]) -> tuple[int, bool, int]:
    """How far an alternative was from fitting: deep errors are near, a wrong type is far."""
    wrong_type = any(error.validator == "type" and not error.path for error in branch)
    return -max(len(error.path) for error in branch), wrong_type, len(branch)


def _place(error: ValidationError) -> Place:
    """Where the error is; of unknown entries, the first one."""
    place = tuple(error.absolute_path)
    if error.validator == "additionalProperties" and isinstance(error.schema, dict):
        known = error.schema.get("properties", {})
        instance: Any = error.instance
        return (*place, *[name for name in instance if name not in known][:1])
    return place


def _words(error: ValidationError) -> Words:
    schema: dict[str, Any] = error.schema if isinstance(error.schema, dict) else {}
    instance: Any = error.instance
    limit: Any = error.validator_value
    known: dict[str, Any] = schema.get("properties", {})
    hint = str(schema.get("description", ""))
    if error.validator == "required":
        quoted = re.match(r"'(.+?)' is a required", error.message)
        name = quoted.group(1) if quoted else ""
        return words_for("required", hint=str(known.get(name, {}).get("description", "")), name=name)
    if error.validator == "additionalProperties":
        extra = "、".join(name for name in instance if name not in known)
        return words_for("additionalProperties", name=extra, known="、".join(known))
    if error.validator == "enum":
        return words_for("enum", value=_short(instance), known="、".join(str(choice) for choice in limit))
    said = error.message[:200]
    return words_for(str(error.validator), hint=hint, said=said, value=_short(instance), limit=limit)


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else text[:39] + "…"


def relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def hash_files(paths: Iterable[Path], root: Path) -> str:
    """The SHA-256 of a canonical manifest: each file's name below `root` and what it holds, sorted by name."""
    manifest = hashlib.sha256()
    for path in sorted(set(paths)):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        manifest.update(f"{relative(path, root)}\0{digest}\n".encode())
    return manifest.hexdigest()


def hash_folder(folder: Path) -> str:
    """The same for every file of a folder; hidden files and caches don't count."""
    return hash_files(files_below(folder), folder)


def hash_data(data: Any) -> str:
    """The SHA-256 of plain data in canonical JSON."""
    said = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def files_below(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and not any(part.startswith((".", "__")) for part in path.relative_to(folder).parts)
    )
