"""Which pages of the adviser each role reaches, from the menu that every page has."""

from collections.abc import Mapping


def asks(home: str) -> Mapping[str, str]:
    """For whoever may ask and has things to get done."""
    return {"assist.adviser": home, "assist.procedure": "assist.adviser"}


def answers(home: str) -> Mapping[str, str]:
    """For the desks that answer, and keep the documents."""
    return {
        "assist.adviser": home,
        "assist.advice_desk": "assist.adviser",
        "assist.documents": "assist.adviser",
        "assist.bring_document": "assist.documents",
    }
