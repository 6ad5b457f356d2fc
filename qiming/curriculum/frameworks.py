"""The international frameworks that lessons on AI name, in the words of Chinese teachers (our own translation).

Sources: UNESCO, AI competency framework for students (2024): four dimensions by three levels, twelve competences;
AILit, European Commission and OECD (2026): four domains; AI4K12: five big ideas.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from qiming.curriculum.types import ConceptRef

LEVELS = {"Understand": "理解", "Apply": "运用", "Create": "创造"}
UNESCO = {
    "Human-centred mindset": ("以人为本的思维", ("人的能动性", "人的责任", "智能时代的公民")),
    "Ethics of AI": ("人工智能伦理", ("体会伦理", "安全和负责地使用", "从设计起讲伦理")),
    "AI techniques and applications": ("人工智能技术与应用", ("人工智能基础", "应用技能", "做人工智能工具")),
    "AI system design": ("人工智能系统设计", ("界定问题", "设计架构", "反复改进")),
}
AILIT = {
    "Engage with AI": "与人工智能打交道",
    "Create with AI": "用人工智能创作",
    "Manage AI": "管好人工智能",
    "Shape AI": "塑造人工智能",
}
AI4K12 = {
    "Perception": "感知",
    "Representation & Reasoning": "表示与推理",
    "Learning": "学习",
    "Natural Interaction": "自然交互",
    "Societal Impact": "社会影响",
}
KNOWN: dict[str, Mapping[str, object]] = {"unesco": UNESCO, "ailit": AILIT, "ai4k12": AI4K12}


@dataclass(frozen=True, slots=True)
class Named:
    """A framework and what of it a lesson serves."""

    framework: str
    served: tuple[str, ...]


def served(named: Mapping[str, Sequence[str]], concepts: Iterable[ConceptRef]) -> list[Named]:
    """What a lesson's `frameworks` say; the level of a UNESCO dimension is that of the concepts taught."""
    taught = list(concepts)
    found = (
        Named("联合国教科文组织学生框架", tuple(_unesco(one, taught) for one in named.get("unesco", ()))),
        Named("AILit 框架", tuple(AILIT.get(one, one) for one in named.get("ailit", ()))),
        Named("AI4K12 五大概念", tuple(AI4K12.get(one, one) for one in named.get("ai4k12", ()))),
    )
    return [one for one in found if one.served]


def _unesco(dimension: str, taught: Sequence[ConceptRef]) -> str:
    if dimension not in UNESCO:
        return dimension
    words, competences = UNESCO[dimension]
    reached = {
        one.frameworks.get("unesco_level") for one in taught if one.frameworks.get("unesco") == dimension
    }
    cells = [f"{competences[at]}，{LEVELS[level]}层" for at, level in enumerate(LEVELS) if level in reached]
    return f"{words}（{'；'.join(cells)}）" if cells else words
