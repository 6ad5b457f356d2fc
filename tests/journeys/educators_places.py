"""Which pages of the educators' room each role reaches, from the menu that every page has."""

from collections.abc import Mapping


def trains(home: str) -> Mapping[str, str]:
    """For whoever works at a school or an office."""
    return {"educators.mine": home}


def staffs(home: str) -> Mapping[str, str]:
    """For whoever answers for a place: what it lacks, and the trainings that reach it."""
    return {**trains(home), "educators.home": home, "educators.trainings": "educators.home"}


def runs(home: str) -> Mapping[str, str]:
    """For whoever may open a training too."""
    return {**staffs(home), "educators.open_training": "educators.trainings"}


# A school notes its own staff.
NOTES: Mapping[str, str] = {"educators.person": "educators.home", "educators.place": "educators.person"}
# Places of a training have come as far as here.
REACHED: Mapping[str, str] = {"educators.allotment": "educators.trainings"}
# A session of today, with its code.
HOLDS: Mapping[str, str] = {"educators.session": "educators.allotment"}
# An output of one's own that was handed in; writing one is walked through in the room's own tests.
WRITES: Mapping[str, str] = {"educators.output": "educators.mine"}
