"""A picture question written in the editor: its size follows the picture, its figures follow the shape."""

# ruff: noqa: F401, F811 (fixtures of the neighbour are imported by name)
from collections.abc import Callable
from typing import Any

import pytest

from qiming.curriculum.authoring import forms
from qiming.curriculum.authoring.areas import reshaped
from qiming.curriculum.authoring.checking import findings
from qiming.curriculum.authoring.models import LessonFork
from qiming.curriculum.tests.test_authoring_pages import again, cast, fork, form
from qiming.registry.testing import Cast

pytestmark = pytest.mark.django_db
Save = Callable[..., Any]


@pytest.mark.parametrize(
    ("area", "shape", "at"),
    [
        ({"shape": "rect", "at": [10, 20, 40, 20]}, "circle", [30, 30, 10]),
        ({"shape": "rect", "at": [10, 20, 40, 20]}, "polygon", [10, 20, 50, 20, 50, 40, 10, 40]),
        ({"shape": "circle", "at": [30, 30, 10]}, "rect", [20, 20, 20, 20]),
        ({"shape": "polygon", "at": [0, 0, 40, 0, 20, 30.25]}, "rect", [0, 0, 40, 30.2]),
        ({"shape": "rect", "at": [10, 20]}, "circle", [10, 20]),
    ],
)
def test_another_shape_takes_the_same_place(area: dict[str, Any], shape: str, at: list[float]) -> None:
    assert reshaped(area, shape) == {"shape": shape, "at": at}


@pytest.fixture
def place(cast: Cast, fork: LessonFork) -> str:
    cast.client("teacher").post(
        f"/authoring/{fork.id}/change", {"act": "add-item", "place": "item/t7l1-q01", "kind": "hotspot"}
    )
    parts: dict[str, Any] = again(fork).parts
    return next(p for p, b in parts.items() if isinstance(b, dict) and b.get("kind") == "hotspot")


def test_a_picture_question_is_written(cast: Cast, fork: LessonFork, place: str) -> None:
    client = cast.client("teacher")

    def save(**more: str) -> dict[str, Any]:
        answer = client.post(
            f"/authoring/{fork.id}/save", form(fork, place) | more, headers={"X-Fragment": "1"}
        )
        assert answer.status_code == 200
        block: dict[str, Any] = again(fork).parts[place]
        return block

    assert any(
        "picture" in one.says or "图" in one.says for one in findings(again(fork)) if one.place == place
    )
    block = save(picture="media/split.svg", picture_alt="两堆图")
    wide, high = block["size"]
    assert [wide, high] != [400, 300] and block["options"][0]["area"]["at"][0] == pytest.approx(
        wide / 10, abs=0.1
    )
    page = client.get(f"/authoring/{fork.id}/", {"at": place}).content.decode()
    assert 'data-controller="areas"' in page and "media/split.svg" in page

    block = save(**{"options.A.area.shape": "polygon"})
    assert len(block["options"][0]["area"]["at"]) == 8
    block = save(**{"options.A.area.at": "1，2\n30,2\n 20 、 25 "})
    assert block["options"][0]["area"]["at"] == [1, 2, 30, 2, 20, 25]
    before = block
    assert save(**{"options.A.area.at": "1，2\n左边"}) == before
    assert (
        save(**{"options.B.area.at.0": "很左", "options.B.text": "右边那堆"})["options"][1]["text"]
        == "右边那堆"
    )
    assert save(least="1", most="2")["most"] == 2
    assert "most" not in save(most="")


def test_areas_are_added_and_dropped(fork: LessonFork, place: str) -> None:
    block = again(fork).parts[place]
    for _ in range(10):
        block = forms.act(block, "add:options")
    assert [option["key"] for option in block["options"]] == list("ABCDEFGHIJKL")
    assert all(option["area"]["shape"] == "rect" for option in block["options"])
    assert len(forms.act(block, "drop:options.B")["options"]) == 11


def test_an_area_outside_the_picture_stands_in_the_way(
    cast: Cast,
    fork: LessonFork,
    place: str,
) -> None:
    sent = form(fork, place) | {"picture": "media/split.svg", "picture_alt": "两堆图", "stem": "哪堆没见过？"}
    cast.client("teacher").post(f"/authoring/{fork.id}/save", sent, headers={"X-Fragment": "1"})
    sent = form(fork, place) | {"options.B.area.at.0": "99999"}
    cast.client("teacher").post(f"/authoring/{fork.id}/save", sent, headers={"X-Fragment": "1"})
    said = [one.says for one in findings(again(fork)) if one.place == place]
    assert said and again(fork).parts[place]["options"][1]["area"]["at"][0] == 99999
