"""The concept graph, the syllabus versions and the dated rules."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from qiming.curriculum.checks.known import Known, no_such, repeated
from qiming.curriculum.reading import Library
from qiming.kernel.content import Document, Place, Problem
from qiming.kernel.content_words import Words

FIRST_GRADE = {"primary": range(1, 7), "junior": range(7, 10), "senior": range(10, 13)}


def check_graphs(library: Library) -> Iterator[Problem]:
    ids = Counter(c["id"] for graph in library.graphs for c in graph.data["concepts"])
    concepts = library.concepts()
    for graph in library.graphs:
        abilities = {ability["id"] for ability in graph.data.get("abilities", ())}
        for at, concept in enumerate(graph.data["concepts"]):
            place: Place = ("concepts", at)
            for n, ability in enumerate(concept.get("abilities", ())):
                if ability not in abilities:
                    words = no_such("能力", "ability", ability, "先写进 abilities。", "Add it to abilities.")
                    yield graph.problem((*place, "abilities", n), words)
            if ids[concept["id"]] > 1:
                yield graph.problem((*place, "id"), repeated("知识点编号", "Concept id", concept["id"]))
            if concept["grade"] not in FIRST_GRADE[concept["stage"]]:
                yield graph.problem((*place, "grade"), _WRONG_STAGE)
            for n, needed in enumerate(concept["prerequisites"]):
                if needed not in concepts:
                    words = no_such("知识点", "concept", needed, "检查编号。", "Check the id.")
                    yield graph.problem((*place, "prerequisites", n), words)
                elif concepts[needed]["grade"] > concept["grade"]:
                    yield graph.problem((*place, "prerequisites", n), _LATER, warns=True)
    yield from _misconception_problems(library)
    yield from _cycle_problems(library)


def _misconception_problems(library: Library) -> Iterator[Problem]:
    """Every concept has a misconception, in its own row or in a course; none is written in both."""
    read = [course.misconceptions for course in library.courses]
    of_courses = {
        (entry["concept"], entry["text"]) for document in read if document for entry in document.data
    }
    covered = {concept for concept, _ in of_courses}
    for graph in library.graphs:
        for at, concept in enumerate(graph.data["concepts"]):
            texts = [one["text"] for one in concept.get("misconceptions", ())]
            for n, text in enumerate(texts):
                if (concept["id"], text) in of_courses or text in texts[:n]:
                    yield graph.problem(("concepts", at, "misconceptions", n), _SAID_TWICE)
            # A course whose list can't be read might hold it: its own file says so.
            if not texts and concept["id"] not in covered and None not in read:
                yield graph.problem(("concepts", at), _NO_MISCONCEPTION)


def _cycle_problems(library: Library) -> Iterator[Problem]:
    needs = {key: c["prerequisites"] for key, c in library.concepts().items()}
    cycle = find_cycle(needs)
    if not cycle:
        return
    shown = " → ".join([*cycle, cycle[0]])
    words = Words(
        f"前置关系绕成了圈：{shown}。",
        f"Prerequisites form a cycle: {shown}.",
        "请断开其中一条。",
        "Break one of the links.",
    )
    for graph in library.graphs:
        for at, concept in enumerate(graph.data["concepts"]):
            if concept["id"] == cycle[0]:
                yield graph.problem(("concepts", at, "prerequisites"), words)


def find_cycle(needs: Mapping[str, Sequence[str]]) -> list[str]:
    """One cycle in the graph, or nothing; iterative, so that no chain is too long for it."""
    done: set[str] = set()
    for root in needs:
        trail: list[str] = []
        stack: list[tuple[str, bool]] = [(root, False)]
        while stack:
            key, leaving = stack.pop()
            if leaving:
                trail.pop()
                done.add(key)
            elif key in trail:
                return trail[trail.index(key) :]
            elif key not in done:
                trail.append(key)
                stack.append((key, True))
                stack.extend((needed, False) for needed in needs.get(key, ()))
    return []


def check_syllabuses(library: Library, known: Known) -> Iterator[Problem]:
    for document in library.syllabuses:
        themes = {theme["key"] for theme in document.data["themes"]}
        for at, outcome in enumerate(document.data["outcomes"]):
            place: Place = ("outcomes", at)
            if known.outcome_ids[outcome["id"]] > 1:
                yield document.problem((*place, "id"), repeated("编号", "Outcome id", outcome["id"]))
            if outcome["theme"] not in themes:
                words = no_such(
                    "主题", "theme", outcome["theme"], "先在 themes 里写上。", "Add it to themes."
                )
                yield document.problem((*place, "theme"), words)
            for n, concept in enumerate(outcome.get("concepts", ())):
                if concept not in known.concepts:
                    words = no_such("知识点", "concept", concept, "检查编号。", "Check the id.")
                    yield document.problem((*place, "concepts", n), words)
            for n, other in enumerate(outcome.get("supports", ())):
                if other not in known.outcome_ids:
                    words = no_such("学习结果", "outcome", other, "检查编号。", "Check the id.")
                    yield document.problem((*place, "supports", n), words)
            lesson = outcome.get("lesson")
            if lesson and lesson not in known.lesson_keys:
                words = no_such("课", "lesson", lesson, "课写好后会自动对上。", "It will match once written.")
                yield document.problem((*place, "lesson"), words, warns=True)


def check_rules(library: Library) -> Iterator[Problem]:
    ids = Counter(row["id"] for row in library.rule_rows())
    for document in library.rules:
        for at, row in enumerate(document.data["rules"]):
            place: Place = ("rules", at)
            if ids[row["id"]] > 1:
                yield document.problem((*place, "id"), repeated("规则编号", "Rule id", row["id"]))
            yield from _dates(document, place, row["from"], row["to"])


def _dates(document: Document, place: Place, first: str, last: str | None) -> Iterator[Problem]:
    try:
        starts = date.fromisoformat(first)
        ends = date.fromisoformat(last) if last else None
    except ValueError:
        yield document.problem((*place, "from"), _NO_DATE)
        return
    if ends and ends < starts:
        yield document.problem((*place, "to"), _ENDS_EARLY)


_WRONG_STAGE = Words(
    "年级和学段对不上。",
    "Grade and stage don't fit.",
    "小学 1–6，初中 7–9，高中 10–12。",
    "primary 1–6, junior 7–9, senior 10–12.",
)
_LATER = Words(
    "前置知识点比它自己的年级还高。",
    "The prerequisite is of a later grade.",
    "看看是不是写反了。",
    "Check the direction.",
)
_NO_MISCONCEPTION = Words(
    "这个知识点还没有常见的误解。",
    "The concept has no common misconception.",
    "在 misconceptions 里写一到三条：学生怎么想、为什么容易这样想、老师怎么办。",
    "Add one to three under misconceptions: what pupils think, why, what helps.",
)
_SAID_TWICE = Words(
    "这条误解写了两遍（课程的 misconceptions.yaml 里也算）。",
    "This misconception is written twice (a course's misconceptions.yaml counts).",
    "请留一处。",
    "Keep one of them.",
)
_NO_DATE = Words("没有这一天。", "No such day.", "请写成 2025-09-01 这样。", "Write it like 2025-09-01.")
_ENDS_EARLY = Words("结束早于开始。", "It ends before it starts.", "请改日期。", "Change the dates.")
