"""Where the files of handbooks lie."""

from uuid import UUID

from qiming.kernel import made


def name_of(handbook_id: UUID) -> str:
    return f"handbooks/{handbook_id}.pdf"


def forget(handbook_id: UUID) -> None:
    made.forget(name_of(handbook_id))
