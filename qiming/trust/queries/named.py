"""Consent to one named thing (a product), whose words a room above keeps: the same rule of who must agree holds."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from qiming.kernel import time
from qiming.registry import queries as registry
from qiming.trust import texts
from qiming.trust.rules import consent as rules
from qiming.trust.types.consent import Text, Verdict, Voice

ASKED = 1  # the number of the words asked with: told apart by their digest


def judge(
    person_ids: Collection[UUID], voices: Mapping[UUID, Sequence[Voice]], digest: str
) -> dict[UUID, Verdict]:
    """Whether each of these pupils' families agrees, from the latest word of each party (`text_no` is ASKED). A yes to
    other words than those of `digest` is asked for again. Two questions for any number."""
    people = list(person_ids)
    guardians = registry.guardians_of(people)
    grades = registry.grades_of(people)
    today = time.today()
    asked = Text(ASKED, today, True, "", "", "", "", "", "", "", False, digest)
    return {
        one: rules.verdict(
            voices.get(one, ()),
            guardians=guardians.get(one, frozenset()),
            needs_own=texts.needs_own(grades.get(one)),
            versions=[asked],
            on=today,
        )
        for one in people
    }
