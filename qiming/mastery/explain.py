"""Why an estimate is what it is: each term of the readout in words, and what each answer counted."""

from qiming.mastery.bands import LEAST_TO_KNOW, LEAST_TO_SAY, Band
from qiming.mastery.reading import FADES, Group, Reading, teachers_share
from qiming.mastery.tracing import Skill

LITTLE, MUCH = 0.1, 0.8


def reasons(reading: Reading, skill: Skill) -> list[str]:
    """One sentence for each term, the weightiest first, for the teacher."""
    if teachers_share(skill) == 1:  # the answers count for nothing then
        return _judged(skill)
    terms = sorted(reading.terms, key=lambda term: -abs(term.adds))
    return [
        f"{term.group}：{_moved(term.adds)}" for term in terms if term.group is not Group.TEACHER
    ] + _judged(skill)


def _moved(adds: float) -> str:
    if abs(adds) < LITTLE:
        return "和一般情况差不多，几乎不影响"
    much = "明显" if abs(adds) >= MUCH else "略微"
    return f"比一般情况好，{much}往上" if adds > 0 else f"比一般情况弱，{much}往下"


def _judged(skill: Skill) -> list[str]:
    share = teachers_share(skill)
    if not share:
        return []
    left = FADES - (skill.n - skill.judged_at)
    weight = "现在全按老师的判断" if share == 1 else "和后来的作答一起算"
    return [f"{Group.TEACHER}：{weight}，再有{left}次算数的作答就只看作答"]


def summary(verdict: Band, skill: Skill, right: int) -> str:
    """`right`: how many of the answers that counted were right. For pupil and teacher alike."""
    counted = f"算数的作答{skill.n}次，答对{right}次"
    if verdict is Band.UNSURE:
        return f"证据不够：算数的作答只有{skill.n}次，至少要{LEAST_TO_SAY}次才下结论。"
    if verdict is Band.KNOWN:
        return f"已经掌握：{counted}，最近的作答也站得住。"
    if verdict is Band.NEARLY:
        few = f"，还不到{LEAST_TO_KNOW}次" if skill.n < LEAST_TO_KNOW else ""
        return f"快了：{counted}{few}，再独立答对一两次就稳了。"
    return f"还要练：{counted}。"


def answer_words(*, correct: bool, try_no: int, hints_used: int, solution_shown: bool, weight: float) -> str:
    """What one answer did to the estimate."""
    if solution_shown and correct:
        return "看过解答后答对，只算看过，不算会"
    parts = ["答对" if correct else "没答对"]
    if try_no > 1:
        parts.append(f"第{try_no}次试")
    if hints_used:
        parts.append(f"看了{hints_used}步提示")
    if 0 < weight < 1:
        parts.append("算得轻一些")
    return "，".join(parts)
