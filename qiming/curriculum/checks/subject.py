"""What depends on the subject: what every AI lesson says, and that a lesson teaches concepts of its own subject."""

from collections.abc import Iterator

from qiming.curriculum.checks.known import Known, no_such
from qiming.curriculum.frameworks import KNOWN
from qiming.curriculum.reading import Library
from qiming.curriculum.types import AI
from qiming.kernel.content import Document, Problem
from qiming.kernel.content_words import Words

# The Beijing outline's modules, the competence frameworks and the ethics thread are about AI.
OF_AI_LESSONS = ("modules", "frameworks", "ethics")


def check_course_subject(course: Document, library: Library) -> Iterator[Problem]:
    subject = course.data.get("subject", AI)
    there = [graph.data.get("key", AI) for graph in library.graphs]
    if subject not in there:
        known = "、".join(there)
        words = no_such("学科", "subject", subject, f"图谱里有：{known}。", f"There are: {known}.")
        yield course.problem(("subject",), words)


def check_subject(lesson: Document, subject: str, known: Known) -> Iterator[Problem]:
    """An AI lesson names its modules, competences and step of the ethics thread; others name no module of AI."""
    if subject == AI:
        for name in OF_AI_LESSONS:
            if name not in lesson.data:
                yield lesson.problem((), _missing(name))
        for framework, names in lesson.data.get("frameworks", {}).items():
            for at, name in enumerate(names):
                if name not in KNOWN.get(framework, {}):
                    yield lesson.problem(("frameworks", framework, at), _unknown(framework, name))
    elif "modules" in lesson.data:
        yield lesson.problem(("modules",), _MODULES_OF_AI)
    for at, concept in enumerate(lesson.data["concepts"]):
        if known.subjects.get(concept, subject) != subject:
            yield lesson.problem(("concepts", at), _OTHER_SUBJECT)


def _missing(name: str) -> Words:
    return Words(
        f"缺少“{name}”。",
        f"'{name}' is missing.",
        "人工智能课的每一课都要写，请补上。",
        "Every AI lesson has it. Add it.",
    )


def _unknown(framework: str, name: str) -> Words:
    shown = "、".join(KNOWN.get(framework, ())) or "unesco、ailit、ai4k12"
    where = f"框架 {framework} 里没有“{name}”。"
    return Words(where, f"{framework} has no '{name}'.", f"可以写：{shown}。", f"Use one of: {shown}.")


_MODULES_OF_AI = Words(
    "这四个内容模块是人工智能课的。",
    "These four modules belong to courses on AI.",
    "别的学科不写 modules，请删去。",
    "Remove 'modules' from a course of another subject.",
)
_OTHER_SUBJECT = Words(
    "这个知识点是别的学科的。",
    "This concept belongs to another subject.",
    "本课教的写本学科的；别的学科的放进 revisits。",
    "Teach concepts of the course's subject; list others under revisits.",
)
