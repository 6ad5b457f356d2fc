"""Reading content/agents. What is wrong is said with file and line; an agent that is not sound is not there."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from qiming.agents.folders.types import Agent, Phrases, slots_of
from qiming.agents.grounded.moves import MOVES
from qiming.kernel import content
from qiming.kernel.content import Document, Problem, Unreadable
from qiming.kernel.content_words import Words

TOOLS: Final[frozenset[str]] = frozenset()  # none: our agents read what they are given and call nothing
PERSONA_SLOTS: Final = {"stage", "lesson", "sentences"}
MOST_PERSONA: Final = 6_000
_NAME = re.compile(r"[a-z][a-z0-9-]{1,39}")


class UnfitAgent(ValueError):
    """A folder that says less, or more, than an agent needs; says what is wrong."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@lru_cache(maxsize=8)
def load(root: Path) -> dict[str, Agent]:
    """Every sound agent of `root`/agents by key; `problems_in` says what was left out and why."""
    found = {}
    for folder in _folders(root):
        try:
            agent = read(folder, root)
        except UnfitAgent:
            continue
        found[agent.key] = agent
    return found


def problems_in(root: Path) -> list[Problem]:
    """What keeps agents of `root`/agents from being there."""
    problems: list[Problem] = []
    for folder in _folders(root):
        try:
            read(folder, root)
        except UnfitAgent as unfit:
            problems += unfit.problems
    return problems


def _folders(root: Path) -> list[Path]:
    return sorted(path for path in (root / "agents").glob("*") if (path / "agent.yaml").exists())


def read(folder: Path, root: Path) -> Agent:
    """One agent. Raises `UnfitAgent`."""
    try:
        document = content.read_yaml(folder / "agent.yaml", root)
        problems = content.against_schema(document, root / "schemas" / "agent.schema.json")
        if problems:
            raise UnfitAgent(problems)
        said: dict[str, Any] = dict(document.data)
        persona = content.read_text(folder / said["persona"], root).strip()
        phrases = _phrases(folder / said["phrases"], root) if "phrases" in said else Phrases({})
    except Unreadable as unreadable:
        raise UnfitAgent([unreadable.problem]) from None
    wrong = _meaning(document, folder, persona)
    if wrong:
        raise UnfitAgent(wrong)
    said |= {
        name: tuple(said.get(name, ()))
        for name in ("modes", "stages", "steps", "tools", "knowledge", "tests")
    }
    said |= {"audience": said.pop("for"), "persona": persona, "phrases": phrases}
    return Agent(**said)


def _meaning(document: Document, folder: Path, persona: str) -> list[Problem]:
    """What the schema cannot see."""
    said: dict[str, Any] = document.data
    wrong = []
    if said["key"] != folder.name:
        wrong.append(
            document.problem(
                ("key",), _words("编号要和文件夹同名。", f"The folder must be called {said['key']}.")
            )
        )
    if unknown := sorted(set(said["tools"]) - TOOLS):
        zh = f"没有这样的工具：{'、'.join(unknown)}。"
        wrong.append(document.problem(("tools",), _words(zh, f"No such tool: {', '.join(unknown)}.")))
    if ("staff" in said["stages"]) != (said["guard"] == "staff"):
        zh = "给学生用的要写 guard: pupil 和学段，给工作人员的写 guard: staff 和 staff。"
        wrong.append(document.problem(("guard",), _words(zh, "Guard and stages don't belong together.")))
    try:
        unfilled = slots_of(persona) - PERSONA_SLOTS
    except ValueError:
        unfilled = {"{"}
    if unfilled or not persona or len(persona) > MOST_PERSONA:
        zh = f"身份说明要有内容，不超过{MOST_PERSONA}字，花括号里只能写 {'、'.join(sorted(PERSONA_SLOTS))}。"
        wrong.append(
            document.problem(("persona",), _words(zh, "The persona is empty, too long or has unknown slots."))
        )
    for name in said.get("tests", ()):
        path = (folder / name).resolve()
        if folder.resolve() not in path.parents or not path.is_file():
            wrong.append(
                document.problem(("tests",), _words(f"没有这个题目文件：{name}。", f"No such file: {name}."))
            )
    return wrong


def _phrases(path: Path, root: Path) -> Phrases:
    document = content.read_yaml(path, root)
    said = document.data
    wrong: list[Problem] = []
    moves: dict[str, dict[str, tuple[str, ...]]] = {}
    if not isinstance(said, dict):
        raise UnfitAgent(
            [document.problem((), _words("要写成“步骤: 句子”的表。", "Write moves and sentences."))]
        )
    for move, slots in MOVES.items():
        given = said.get(move)
        if (
            not isinstance(given, dict)
            or not all(_sentences(one) for one in given.values())
            or "all" not in given
        ):
            zh = f"缺少 {move} 的句子：至少写 all，一个列表。"
            wrong.append(document.problem((move,), _words(zh, f"Sentences of {move} are missing.")))
            continue
        for stage, sentences in given.items():
            wrong += [
                document.problem(
                    (move, stage),
                    _words(
                        f"花括号里只能写 {'、'.join(sorted(slots)) or '（没有）'}：{one}", "Unknown slot."
                    ),
                )
                for one in sentences
                if not _fits(one, slots)
            ]
        moves[move] = {stage: tuple(sentences) for stage, sentences in given.items()}
    if wrong:
        raise UnfitAgent(wrong)
    return Phrases(moves)


def _sentences(given: Any) -> bool:
    return (
        isinstance(given, list) and bool(given) and all(isinstance(one, str) and one.strip() for one in given)
    )


def _fits(sentence: str, slots: frozenset[str]) -> bool:
    try:
        return slots_of(sentence) <= slots
    except ValueError:
        return False


def _words(zh: str, en: str) -> Words:
    return Words(zh, en, "请改 content/agents 里的文件。", "Mend the file in content/agents.")
