"""What a colleague looks at in a lesson, from its plan; and afterwards what was planned beside what happened."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from qiming.assist.planner.types import PeriodPlan, Role

LEVELS = (("seen", "看到了"), ("partly", "有一些"), ("not", "没看到"), ("skipped", "没看这一项"))
_LOOK = {
    Role.OPENING: "学生听懂要解决什么问题了吗？有几个人主动开口？",
    Role.CORE: "每个学生都动手了吗？卡住时先看提示、先问同伴，还是等老师？",
    Role.MENDING: "还有人说出原来的误解吗？老师追问了吗？",
    Role.BEFORE: "答错的学生补上了吗？",
    Role.ETHICS: "学生说到了具体的人会受什么影响吗？有不同意见吗？",
    Role.CHECK: "答完后老师看了结果、并按结果做了什么？",
    Role.CLOSING: "学生用自己的话说出今天学到什么了吗？",
    Role.MORE: "多做的这一步让谁多学了什么？",
    Role.HOST: "学科内容和这一课的问题连上了吗？",
}
_WHOLE = (
    ("groups", "三组", "三组学生各有事做吗？做完的有接着做的吗？"),
    ("evidence", "依据", "老师按学生的作答调整了什么？"),
)
ALMOST = 1  # minutes more or less that are not worth a word


@dataclass(frozen=True, slots=True)
class Indicator:
    key: str
    at: str
    text: str
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Taught:
    """A step as planned and as held. `taught` is None for what was not handed out; `planned` for what was not planned."""

    key: str
    title: str
    planned: int | None
    taught: int | None

    @property
    def by(self) -> int:
        return (self.taught or 0) - (self.planned or 0)


@dataclass(frozen=True, slots=True)
class Stuck:
    """An item of the period that pupils did not get right by their last answer, or only after its solution."""

    item_key: str
    n: int
    of: int
    pupils: tuple[str, ...]


def indicators(plan: PeriodPlan) -> list[Indicator]:
    """One for each block, one for each question asked in it at most, and two for the whole."""
    found = []
    asked = {one.at: one.text for one in reversed(plan.questions)}
    for n, block in enumerate(plan.blocks, start=1):
        text = _LOOK[block.role]
        if block.title in asked:
            text = f"问了“{asked[block.title]}”吗？{text}"
        found.append(Indicator(f"b{n}", block.title, text, block.minutes))
    return found + whole()


def whole() -> list[Indicator]:
    """Those that ask about the whole period: all there are where nothing says how it was planned."""
    return [Indicator(key, at, text) for key, at, text in _WHOLE]


def beside(
    planned: Sequence[tuple[str, str, int]],
    handed_out: Sequence[tuple[str, datetime]],
    ended: datetime | None,
    titles: Mapping[str, str],
) -> list[Taught]:
    """`planned` (key, title, minutes) beside the steps handed out; each lasted until the next one was, the last until
    the end. Whole minutes that add up to the whole period's."""
    lasted: dict[str, int] = {}
    if handed_out:
        start = handed_out[0][1]
        marks = [round((at - start).total_seconds() / 60) for _, at in handed_out]
        marks.append(round((ended - start).total_seconds() / 60) if ended else marks[-1])
        for n, (key, _) in enumerate(handed_out):
            lasted[key] = lasted.get(key, 0) + max(0, marks[n + 1] - marks[n])
    found = [Taught(key, title, minutes, lasted.get(key)) for key, title, minutes in planned]
    known = {key for key, _, _ in planned}
    return found + [
        Taught(key, titles.get(key, key), None, minutes)
        for key, minutes in lasted.items()
        if key not in known
    ]


def stuck(answers: Iterable[tuple[str, str, bool | None, bool]]) -> list[Stuck]:
    """From answers (pupil, item, right, solution seen) in order of time: who had not got there at the end, the most
    first. What waits for a person to read says nothing."""
    last: dict[tuple[str, str], bool] = {}
    for pupil, item, right, shown in answers:
        if right is not None:
            last[pupil, item] = right and not shown
    found = []
    for item in dict.fromkeys(item for _, item in last):
        of = [pupil for pupil, other in last if other == item]
        short = tuple(pupil for pupil in of if not last[pupil, item])
        if short:
            found.append(Stuck(item, len(short), len(of), short))
    return sorted(found, key=lambda one: (-one.n, one.item_key))


def findings(lines: Sequence[Taught]) -> list[str]:
    """What differs, in words; the largest first."""
    told = []
    for one in sorted(lines, key=lambda line: -abs(line.by)):
        if one.taught is None:
            told.append(f"“{one.title}”没有发，原来排了{one.planned}分钟")
        elif one.planned is None:
            told.append(f"临时加了“{one.title}”，{one.taught}分钟")
        elif abs(one.by) > ALMOST:
            told.append(f"“{one.title}”{'多' if one.by > 0 else '少'}用了{abs(one.by)}分钟")
    return told
