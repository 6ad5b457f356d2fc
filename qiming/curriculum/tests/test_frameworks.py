"""What a lesson says of the international frameworks, in Chinese, with the competence its concepts reach."""

import pytest

from qiming.curriculum.frameworks import LEVELS, UNESCO, served
from qiming.curriculum.types import ConceptRef


def concept(dimension: str, level: str) -> ConceptRef:
    named = {"unesco": dimension, "unesco_level": level}
    return ConceptRef("c052", "泛化", "junior", 7, (), "实现方法", "能说出。", frameworks=named)


@pytest.mark.parametrize(
    ("level", "says"),
    [
        ("Understand", "人工智能系统设计（界定问题，理解层）"),
        ("Apply", "人工智能系统设计（设计架构，运用层）"),
        ("Create", "人工智能系统设计（反复改进，创造层）"),
        ("", "人工智能系统设计"),
    ],
)
def test_the_competence_is_the_dimension_at_the_level_of_the_concepts(level: str, says: str) -> None:
    (one,) = served({"unesco": ["AI system design"]}, [concept("AI system design", level)])
    assert one.served == (says,)


def test_each_framework_named_has_its_line_and_no_other() -> None:
    named = {"unesco": ["Ethics of AI"], "ailit": ["Manage AI"], "ai4k12": ["Learning", "Perception"]}
    assert [one.served for one in served(named, [])] == [
        ("人工智能伦理",),
        ("管好人工智能",),
        ("学习", "感知"),
    ]
    assert served({}, [concept("Ethics of AI", "Apply")]) == []


def test_twelve_competences_stand_in_the_grid() -> None:
    assert len(LEVELS) == 3
    assert len({cell for _, cells in UNESCO.values() for cell in cells}) == 12
