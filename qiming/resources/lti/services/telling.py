"""A score that a class sees is an act like any other: one statement of the record store, in the score's transaction.

It says that a tool scored the pupil, never what the pupil can do: mastery follows our own items alone, and class hours
the teacher's word.
"""

from __future__ import annotations

from qiming.records.services import record
from qiming.records.types import Act, Result
from qiming.records.verbs import ObjectKind, Verb
from qiming.resources.lti.models import LtiLink, LtiScore

COMPLETED = "Completed"
GRADED = "FullyGraded"


def tell(score: LtiScore, link: LtiLink) -> None:
    """Write the statement of a score that is shown from now on. The tool's comment is text of strangers: it stays here."""
    record(
        [
            Act(
                actor_person=score.person_id,
                verb=Verb.SCORED,
                object_kind=ObjectKind.ACTIVITY,
                object_id=f"tool-{score.line_id}",
                at=score.at,
                scope_path=score.scope_path,
                name=score.line.label or None,
                result=Result(
                    completion=score.activity == COMPLETED,
                    score_scaled=scaled(score.given, score.max_score) if score.grading == GRADED else None,
                ),
                context={"lesson_key": link.lesson_key or None, "tool_link": link.id},
            )
        ]
    )


def scaled(given: float | None, most: float | None) -> float | None:
    """Between 0 and 1; a tool may give more than its maximum, a statement may not."""
    return None if given is None or not most else round(min(1.0, max(0.0, given / most)), 4)
