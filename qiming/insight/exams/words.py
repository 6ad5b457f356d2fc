"""Examinations in Chinese."""

from collections.abc import Sequence

from qiming.insight.exams.forecast import Forecast
from qiming.insight.exams.queries import ConceptLine, PaperFacts


def heading(papers: Sequence[PaperFacts], weak: Sequence[ConceptLine]) -> str:
    """The finding of an examination: what is taught again, else what is missing to say so."""
    if weak:
        names = "、".join(f"「{line.concept.title}」" for line in weak[:2])
        return f"下节课先补{names}"
    linked = [one for one in papers if one.graph]
    if any(one.unlinked for one in linked):
        return "确认每题考的知识点，就知道下节课补什么"
    if linked:
        return "考到的知识点没有要重教的"
    return "成绩收好了" if papers else "没有可看的成绩"


def percent(share: float) -> str:
    return f"{round(100 * share)}%"


def told(one: Forecast) -> str:
    """A forecast with its interval and how wrong it was before."""
    errors = "、".join(f"{abs(round(100 * past.error))}" for past in one.past)
    return (
        f"大约{percent(one.value)}，十次里约八次落在{percent(one.low)}到{percent(one.high)}之间。"
        f"同样的办法以前{'' if len(one.past) > 1 else '只'}试过{len(one.past)}次，差了{errors}个百分点。"
    )
