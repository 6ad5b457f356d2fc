"""What the class's figures ask of a period: what to mend first, what to take up again, where more or less time goes."""

from collections.abc import Sequence

from qiming.assist.planner.types import ClassFacts, ConceptFacts, Confusion, LessonFacts

LEAST = 3
LEAST_SHARE = 4  # in a small class a quarter is enough
MOSTLY = 2 / 3


def enough(of: int) -> int:
    """How many pupils make it worth the class's time: three, fewer in a small class (as `insight` has it)."""
    return max(1, min(LEAST, -(-of // LEAST_SHARE)))


def confusions_here(lesson: LessonFacts, known: ClassFacts) -> list[Confusion]:
    """Misconceptions about what this lesson teaches or builds on, the commonest first."""
    near = {*lesson.facts["concepts"], *lesson.facts.get("revisits", ()), *before_of(lesson)}
    found = [one for one in known.confusions if one.concept in near and one.n >= enough(known.pupils)]
    return sorted(found, key=lambda one: (-one.n, one.id))


def weak_before(lesson: LessonFacts, known: ClassFacts) -> list[tuple[ConceptFacts, int]]:
    """What the lesson stands on and enough pupils have not mastered, the weakest first, with how many."""
    found = []
    for key in before_of(lesson):
        belief = known.belief(key)
        if belief.practise >= enough(known.pupils) and 3 * belief.practise >= belief.judged:
            found.append((lesson.concepts[key], belief.practise))
    return sorted(found, key=lambda pair: (-pair[1], pair[0].key))


def weight_of_core(lesson: LessonFacts, known: ClassFacts) -> tuple[int, str]:
    """(percent of the time the lesson gives its main activity, why it isn't 100)."""
    for key in lesson.facts["concepts"]:
        belief = known.belief(key)
        title = lesson.concepts[key].title if key in lesson.concepts else key
        if belief.practise >= enough(known.pupils) and 3 * belief.practise >= belief.judged:
            return 120, f"因为{belief.practise}人在“{title}”上还要练"
        if known.pupils and belief.known >= MOSTLY * known.pupils:
            return 80, f"因为{belief.known}人已经掌握“{title}”"
    return 100, ""


def before_of(lesson: LessonFacts) -> list[str]:
    """Direct prerequisites and what the lesson comes back to, without what it teaches itself."""
    own = lesson.facts["concepts"]
    needs = [need for key in own if key in lesson.concepts for need in lesson.concepts[key].prerequisites]
    listed = [*needs, *lesson.facts.get("revisits", ())]
    return [key for key in dict.fromkeys(listed) if key not in own and key in lesson.concepts]


def basis(own: Sequence[str], before: Sequence[str], known: ClassFacts) -> str:
    """The concept by which a class is parted into three groups: of what the lesson teaches the one on which most can be
    judged; before anybody answered to it, what it stands on, the weakest first."""
    best = max(own, key=lambda key: known.belief(key).judged, default="")
    if known.belief(best).judged or not before:
        return best
    there = max(before, key=lambda key: (known.belief(key).practise, known.belief(key).judged))
    return there if known.belief(there).judged else best


def split(lesson: LessonFacts, known: ClassFacts) -> tuple[int, int, int, int]:
    """(still to practise, on the way, mastered, not enough answers) on the lesson's basis."""
    belief = known.belief(basis(lesson.facts["concepts"], before_of(lesson), known))
    return belief.practise, belief.nearly, belief.known, belief.unsure
