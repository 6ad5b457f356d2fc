"""The steps of a case as a page of this room offers them."""

from collections.abc import Callable, Container
from dataclasses import dataclass

from django import forms

from qiming.casework import queries as cases
from qiming.casework.models import Case
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError


@dataclass(frozen=True, slots=True)
class Offered:
    """A step as the page offers it: its form, or why it is closed at this moment."""

    key: str
    title: str
    says: str
    form: forms.Form
    why_not: str


def offered(
    actor: Actor, case: Case, steps: Container[str], form: Callable[[str], forms.Form]
) -> list[Offered]:
    """What this person may do with a case now, of the steps that the page has."""
    return [
        Offered(
            one.transition.key,
            one.transition.title,
            one.transition.says,
            form(one.transition.key),
            "".join(one.answer.reasons),
        )
        for one in cases.may_do(actor, case)
        if one.transition.key in steps
    ]


def refuse(form: forms.Form, error: UserError) -> None:
    """Say on the form why nothing happened."""
    words = f"{error.message}。{error.next}" if error.next else f"{error.message}。"
    form.add_error(error.field if error.field in form.fields else None, words)
