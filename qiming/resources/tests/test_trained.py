"""Whether a file is a whole trained model of the labs' form. No database."""

import copy
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from jsonschema import Draft202012Validator

from qiming.resources.rules import models

LABS = settings.LABS_ROOT / "models"
SAMPLES: list[dict[str, Any]] = [
    one["model"] for one in json.loads((LABS / "samples.json").read_text(encoding="utf-8"))["cases"]
]
TREE = next(one for one in SAMPLES if one["kind"] == "tree")
LINE = next(one for one in SAMPLES if one["kind"] == "line")
SCHEMA = Draft202012Validator(json.loads((LABS / "schema.json").read_text(encoding="utf-8")))


def body(model: object) -> bytes:
    return json.dumps(model).encode()


def zipped(name: str, data: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return made.getvalue()


@pytest.mark.parametrize("model", SAMPLES, ids=[one["name"] for one in SAMPLES])
def test_what_the_labs_hand_out_is_whole_and_stays_the_same_bytes(model: dict[str, Any]) -> None:
    found = models.read(b"\xef\xbb\xbf" + body(model))
    again = models.read(models.as_file(found))
    assert models.as_file(again) == models.as_file(found)
    assert SCHEMA.is_valid(found)
    assert dict(models.rows_of(found))["种类"] == models.KINDS[model["kind"]]
    assert models.read(zipped("model.json", body(model))) == found


def deep(levels: int) -> dict[str, Any]:
    node: dict[str, Any] = {"says": 0, "counts": [1, 0, 0]}
    for _ in range(levels):
        node = {"column": "x", "at": 1, "yes": node, "no": {"says": 0, "counts": [1, 0, 0]}}
    return node


def both(model: dict[str, Any]) -> None:
    model["parameters"]["root"]["is"] = "x"


WRONG: list[tuple[str, Callable[[dict[str, Any]], object]]] = [
    ("another format", lambda m: m.update(format="qiming-model/2")),
    ("an unknown kind", lambda m: m.update(kind="oracle")),
    ("something beside it", lambda m: m.update(photos=["data:image/png;base64,AAAA"])),
    ("something in the card", lambda m: m["card"].update(phone="1")),
    ("no name", lambda m: m.update(name="")),
    ("no id", lambda m: m.update(id="../../x")),
    ("no labels", lambda m: m.update(labels=[])),
    ("a label too many in a leaf", lambda m: m["labels"].append({"key": "d", "text": "丁"})),
    ("a column nobody gave", lambda m: m["parameters"]["root"].update(column="z")),
    ("two questions at once", both),
    ("a tree too deep", lambda m: m["parameters"].update(root=deep(40))),
    ("camera not said", lambda m: m["made"].update(camera="no")),
    ("more right than there were", lambda m: m["scores"].update(test={"right": 3, "all": 2})),
    ("a truth value for a number", lambda m: m["parameters"]["root"].update(at=True)),
    ("a broken letter", lambda m: m.update(name="a\x00b")),
    ("half a letter", lambda m: m.update(name="\ud83d")),
]


@pytest.mark.parametrize(("what", "spoil"), WRONG, ids=[what for what, _ in WRONG])
def test_what_a_lab_could_not_use_is_refused_in_words(
    what: str, spoil: Callable[[dict[str, Any]], object]
) -> None:
    model = copy.deepcopy(TREE)
    spoil(model)
    with pytest.raises(models.NotAModel) as refused:
        models.read(body(model))
    assert str(refused.value).endswith("。"), what


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html></html>",
        b"[]",
        b"[" * 100_000,
        "模型".encode("gb18030"),
        b"PK\x03\x04broken",
        zipped("other.json", b"{}"),
        zipped("model.json", body(LINE) * 50)[:90]
        + b"\xff" * 40
        + zipped("model.json", body(LINE) * 50)[130:],
        zipped("model.json", b" " * 9_000_000),
        b" " * 600_000,
        body(LINE).replace(b'"bias"', b'"bias": NaN, "bias"'),
        body(LINE)[:-1] + b', "name": "twice"}',
        body(LINE | {"parameters": LINE["parameters"] | {"bias": 1e300}}),
    ],
    ids=lambda data: f"{len(data)} bytes",
)
def test_any_other_file_is_refused(data: bytes) -> None:
    with pytest.raises(models.NotAModel):
        models.read(data)


def test_numbers_come_back_from_the_database_as_they_were() -> None:
    """Whole numbers have no point and no zero has a sign, as JSON of a browser has it."""
    given = copy.deepcopy(LINE)
    given["parameters"] |= {"bias": -0.0, "weights": [2.0, 1e-7][: len(given["parameters"]["weights"])]}
    found = models.read(body(given))
    assert b'"bias":0,' in models.as_file(found)
    assert b"2.0" not in models.as_file(found)


def test_what_a_model_tells_of_pupils_is_stopped_or_shown() -> None:
    found = models.read(body(TREE))
    card = {
        "what_for": "分水果",
        "data": "自己量的",
        "how_well": "还行",
        "not_for": "别的水果",
        "made_by": "小松鼠",
    }
    full = found | {"card": card}
    stops, looks = models.troubles(full)
    assert not stops
    assert any("昵称" in one for one in looks)
    assert any("没见过" in one for one in looks)
    seen = full | {"made": found["made"] | {"camera": True}}
    assert "摄像头" in models.troubles(seen)[0][0]
    assert "模型卡没有写" in models.troubles(found)[0][0]
