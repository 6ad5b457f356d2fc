"""Before and after a course, for one class: per concept, the class first, who is left out said."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import ConceptRef, Item
from qiming.insight.consent import seen_by
from qiming.insight.queries.classes import pupils_of
from qiming.insight.rules.gain import Gain, gain, pairs_of
from qiming.insight.types import Place
from qiming.kernel.access import Actor
from qiming.learning import queries as learning
from qiming.learning.queries import TestFacts
from qiming.registry.types import PupilRef


@dataclass(frozen=True, slots=True)
class GainLine:
    """One concept of the tests."""

    concept: ConceptRef
    gain: Gain
    forms: tuple[tuple[Item, Item], ...]  # the parallel items, side by side

    @property
    def words(self) -> str:
        return say(self.gain)

    @property
    def before_words(self) -> str:
        return share_words(self.gain.before) if self.gain.pupils else "—"

    @property
    def after_words(self) -> str:
        return share_words(self.gain.after) if self.gain.pupils else "—"


@dataclass(frozen=True, slots=True)
class PupilLine:
    """How many items a pupil had right, before and after; one of them None when the pupil was not there."""

    pupil: PupilRef
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class GainReport:
    place: Place
    is_complete: bool  # whether both tests are closed
    whole: Gain
    lines: tuple[GainLine, ...]
    pupils: tuple[PupilLine, ...]
    only_before: int
    only_after: int
    neither: int
    left_out: int  # pupils a reader from outside the class may not see
    size: int

    @property
    def words(self) -> str:
        return say(self.whole)

    @property
    def form_names(self) -> str:
        """The parallel forms by the names their items carry."""
        pair = next((one for line in self.lines for one in line.forms), None)
        names = [item.key.split("-")[0] for item in pair] if pair else []
        return f"课前卷{names[0]}，课后卷{names[1]}" if names else ""

    @property
    def whole_heading(self) -> str:
        """The finding: how many concepts changed, where anything can be said."""
        if self.whole.is_seen is None:
            return "两次都做的人太少，不说升降" if self.whole.pupils else "没有人两次都做"
        up = sum(bool(line.gain.is_seen and line.gain.change > 0) for line in self.lines)
        down = sum(bool(line.gain.is_seen and line.gain.change < 0) for line in self.lines)
        if not up and not down:
            return "还看不出变化"
        return f"{up}个知识点答对的多了" + (f"，{down}个少了" if down else "")


def share_words(share: float) -> str:
    return f"{round(share * 100)}%"


def say(one: Gain) -> str:
    """A gain in plain words, with its doubt."""
    if one.pupils == 0:
        return "没有人两次都做"
    if one.low is None or one.high is None:
        return f"只有{one.pupils}人两次都做，人太少，不说升降"
    span = f"把握95%的范围：{_points(one.low)}到{_points(one.high)}"
    if not one.is_seen:
        return f"看不出变化（{span}）"
    return f"{'多' if one.change > 0 else '少'}对了{abs(round(one.change * 100))}个百分点（{span}）"


def _points(share: float) -> str:
    return f"{round(share * 100):+d}".replace("+0", "0").replace("-0", "0")


def gain_report(place: Place, reader: Actor | None = None) -> GainReport:
    """Both tests of a class. Who took one only is left out of the comparison, and counted."""
    offering = place.offering
    everybody = pupils_of(offering)
    pupils = seen_by(reader, everybody, offering.scope_path)
    before, after = (learning.test_facts(offering.id, form) for form in ("pretest", "posttest"))
    is_complete = bool(before and after and before.is_closed and after.is_closed)
    forms = _forms(offering.course_version_id)
    keys = [one.id for one in pupils]
    both = [one for one in keys if before and after and one in before.right and one in after.right]
    concepts = curriculum.concepts(forms)
    lines = tuple(
        GainLine(concepts[key], _of(before, after, both, key, len(found)), tuple(found))
        for key, found in forms.items()
        if key in concepts
    )
    size = sum(len(found) for found in forms.values())
    return GainReport(
        place=place,
        is_complete=is_complete,
        whole=_of(before, after, both, None, size),
        lines=lines,
        pupils=tuple(PupilLine(one, _sum(before, one.id), _sum(after, one.id)) for one in pupils),
        only_before=sum(_took(before, one) and not _took(after, one) for one in keys),
        only_after=sum(_took(after, one) and not _took(before, one) for one in keys),
        neither=sum(not _took(before, one) and not _took(after, one) for one in keys),
        left_out=len(everybody) - len(pupils),
        size=size,
    )


def _forms(course_version_id: UUID) -> dict[str, list[tuple[Item, Item]]]:
    """The two tests item by item, by concept in the order of the test."""
    found: dict[str, list[tuple[Item, Item]]] = {}
    first, second = (curriculum.test_items(course_version_id, form) for form in ("pretest", "posttest"))
    for one, other in zip(first, second, strict=False):
        found.setdefault(one.concept, []).append((one, other))
    return found


def _of(
    before: TestFacts | None, after: TestFacts | None, both: list[UUID], concept: str | None, items: int
) -> Gain:
    if before is None or after is None:
        return gain([], items)
    early, late = (_counts(facts, concept) for facts in (before, after))
    return gain(pairs_of(early, late, [str(one) for one in both], items), items)


def _counts(facts: TestFacts, concept: str | None) -> Mapping[str, int]:
    return {
        str(pupil): sum(right.values()) if concept is None else right.get(concept, 0)
        for pupil, right in facts.right.items()
    }


def _took(facts: TestFacts | None, pupil: UUID) -> bool:
    return facts is not None and pupil in facts.right


def _sum(facts: TestFacts | None, pupil: UUID) -> int | None:
    return sum(facts.right[pupil].values()) if facts and pupil in facts.right else None
