"""The invented city's shape: the facts it stands on, nobody lost, classes of a size a room holds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qiming.site.simulate import facts, shape
from qiming.site.simulate.copying import array, text
from qiming.site.simulate.ids import Ids


def test_the_facts_add_up_to_the_published_figures() -> None:
    found = facts.enrolment()
    assert len(found) == 18
    assert sum(sum(grades.values()) for grades in found.values()) == 1_083_813 + 369_663 + 198_928
    assert found["海淀区"][7] == 27_133
    assert found["房山区"][7] + found["燕山"][7] == 7_246  # taken out of the district it lies in


def test_the_city_of_the_issue_has_every_kind_of_school() -> None:
    city = shape.city(pupils=1_830_000, schools=1_400, seed=7)
    schools = [school for unit in city for school in unit.schools]
    assert len(city) == 18
    assert len(schools) == 1_400
    assert sum(school.pupils for school in schools) == 1_830_000
    assert {school.kind for school in schools} >= set(shape.KINDS)
    assert len({school.number for school in schools}) == 1_400
    assert max(one.size for school in schools for one in school.classes) <= shape.MOST_IN_CLASS
    for unit in city:
        assert len({school.name for school in unit.schools}) == len(unit.schools)


@given(pupils=st.integers(1, 30_000), schools=st.integers(1, 60), seed=st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_nobody_is_lost(pupils: int, schools: int, seed: int) -> None:
    try:
        city = shape.city(pupils=pupils, schools=schools, seed=seed)
    except shape.TooFewSchools:
        return
    assert sum(unit.pupils for unit in city) == pupils
    assert sum(len(unit.schools) for unit in city) == schools
    assert city == shape.city(pupils=pupils, schools=schools, seed=seed)
    sizes = [one.size for unit in city for school in unit.schools for one in school.classes]
    assert all(1 <= size <= shape.MOST_IN_CLASS for size in sizes)


def test_too_many_pupils_for_a_school_are_refused() -> None:
    with pytest.raises(shape.TooFewSchools):
        shape.city(pupils=200_000, schools=1, seed=7)


@given(
    weights=st.dictionaries(st.text(max_size=3), st.integers(0, 50), min_size=1), total=st.integers(0, 999)
)
def test_sharing_out_loses_nothing(weights: dict[str, int], total: int) -> None:
    given_out = facts.share_out(total, weights)
    assert sum(given_out.values()) == (total if any(weights.values()) else 0)
    whole = sum(weights.values()) or 1
    assert all(abs(given_out[key] - weight * total / whole) < 1.001 for key, weight in weights.items())


def test_keys_are_ordered_unique_and_the_same_for_the_same_seed() -> None:
    stream = Ids("7/x", starts_ms=1_790_000_000_000, number=3)
    keys = [stream() for _ in range(9_000)]
    assert keys == sorted(set(keys))
    again = Ids("7/x", starts_ms=1_790_000_000_000, number=3)
    assert [again() for _ in range(3)] == keys[:3]
    assert all(key[14] == "7" and key[19] in "89ab" for key in keys)
    assert Ids("7/x", starts_ms=1_790_000_000_000, number=4)() > keys[-1]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "\\N"),
        (True, "t"),
        (7, "7"),
        ("a\tb\\c\n", "a\\tb\\\\c\\n"),
        (["甲"], '["甲"]'),
        (shape.Kind.NINE, None),
    ],
)
def test_text_for_copy(value: object, said: str | None) -> None:
    if said is None:
        with pytest.raises(TypeError):
            text(value)
    else:
        assert text(value) == said


def test_an_array_for_copy_keeps_what_has_quotes() -> None:
    assert array(['到课"，', "a\\b"]) == '{"到课\\\\"，","a\\\\\\\\b"}'
