"""Areas of a picture: a table of points, and what holds for every shape."""

from math import cos, pi, sin
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from qiming.curriculum.rules import shapes

RECT = {"shape": "rect", "at": [10, 20, 30, 40]}
CIRCLE = {"shape": "circle", "at": [50, 50, 10]}
# An L: the corner between its arms is outside.
ELL = {"shape": "polygon", "at": [0, 0, 60, 0, 60, 20, 20, 20, 20, 60, 0, 60]}


@pytest.mark.parametrize(
    ("area", "x", "y", "inside"),
    [
        (RECT, 10, 20, True),
        (RECT, 40, 60, True),
        (RECT, 40.1, 60, False),
        (RECT, 9.9, 30, False),
        (CIRCLE, 50, 60, True),
        (CIRCLE, 57.1, 57.1, False),
        (CIRCLE, 56, 56, True),
        (ELL, 10, 50, True),
        (ELL, 50, 10, True),
        (ELL, 40, 40, False),
        (ELL, -1, 10, False),
    ],
)
def test_a_point_lies_in_an_area_or_not(area: shapes.Area, x: float, y: float, inside: bool) -> None:
    assert shapes.holds(area, x, y) is inside


@pytest.mark.parametrize(
    ("area", "whole"),
    [
        (RECT, True),
        (CIRCLE, True),
        (ELL, True),
        ({"shape": "rect", "at": [1, 2, 3]}, False),
        ({"shape": "rect", "at": [1, 2, 0, 4]}, False),
        ({"shape": "circle", "at": [1, 2, 3, 4]}, False),
        ({"shape": "circle", "at": [1, 2, 0]}, False),
        ({"shape": "polygon", "at": [0, 0, 5, 5]}, False),
        ({"shape": "polygon", "at": [0, 0, 5, 5, 9]}, False),
        ({"shape": "polygon", "at": [0, 0, 5, 5, 9, 9]}, False),
        ({"shape": "polygon", "at": list(range(42))}, False),
        ({"shape": "rect", "at": [float("nan"), 2, 3, 4]}, False),
        ({"shape": "rect", "at": [-1, 2, 3, 4]}, False),
    ],
)
def test_a_shape_has_all_its_figures(area: shapes.Area, whole: bool) -> None:
    assert shapes.is_whole(area) is whole


@pytest.mark.parametrize(
    ("area", "room", "box"),
    [(RECT, 1200, (10, 20, 40, 60)), (CIRCLE, 314.159, (40, 40, 60, 60)), (ELL, 2000, (0, 0, 60, 60))],
)
def test_room_and_box(area: shapes.Area, room: float, box: shapes.Box) -> None:
    assert shapes.room(area) == pytest.approx(room, abs=0.001)
    assert shapes.box(area) == box


def test_of_two_areas_over_another_the_smaller_is_meant() -> None:
    areas = [("A", {"shape": "rect", "at": [0, 0, 100, 100]}), ("B", CIRCLE)]
    assert shapes.hit(areas, 50, 50) == "B"
    assert shapes.hit(areas, 5, 5) == "A"
    assert shapes.hit(areas, 101, 5) is None


SIDE = st.integers(1, 400)
SPOT = st.integers(0, 400)
AREAS = (
    st.builds(lambda *at: {"shape": "rect", "at": list(at)}, SPOT, SPOT, SIDE, SIDE)
    | st.builds(lambda *at: {"shape": "circle", "at": list(at)}, SPOT, SPOT, SIDE)
    | st.lists(SPOT, min_size=6, max_size=12).map(
        lambda at: {"shape": "polygon", "at": at[: len(at) // 2 * 2]}
    )
)


@given(AREAS, SPOT, SPOT)
def test_what_an_area_holds_lies_in_its_box(area: dict[str, Any], x: int, y: int) -> None:
    left, top, right, bottom = shapes.box(area)
    if shapes.holds(area, x, y):
        assert left <= x <= right and top <= y <= bottom


@given(AREAS)
def test_the_middle_of_a_whole_area_lies_in_it(area: dict[str, Any]) -> None:
    assume(shapes.is_whole(area))
    x, y = shapes.middle(area)
    left, top, right, bottom = shapes.box(area)
    assert left <= x <= right and top <= y <= bottom
    if area["shape"] != "polygon":
        assert shapes.holds(area, x, y)


@given(st.integers(3, 9), st.integers(20, 90), st.floats(0, 6))
def test_the_middle_of_a_round_polygon_lies_in_it(corners: int, radius: int, turned: float) -> None:
    at = [100 + radius * turn(turned + 2 * pi * n / corners) for n in range(corners) for turn in (cos, sin)]
    area = {"shape": "polygon", "at": at}
    assert shapes.holds(area, *shapes.middle(area))
    assert shapes.is_inside(area, (200, 200))
