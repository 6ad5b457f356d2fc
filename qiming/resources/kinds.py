"""How casework knows the cases about resources."""

from functools import partial

from qiming.casework import rooms
from qiming.resources.launching import cases  # noqa: F401 - its kind of case is known wherever this is
from qiming.resources.queries.offered import page_of
from qiming.resources.services.certifying import is_adopted, is_uncertified
from qiming.resources.services.following import follow, same_bytes
from qiming.resources.services.grading import GRADES, is_grade, is_important, is_ordinary

RESOURCE = rooms.register(
    rooms.Kind(
        "resource",
        conditions={
            "same_bytes": same_bytes,
            "adopted": is_adopted,
            "uncertified": is_uncertified,
            "important": is_important,
            "ordinary": is_ordinary,
            **{f"grade_{key}": partial(is_grade, grade=key) for key, _ in GRADES},
        },
        follow=follow,
        page=page_of,
    )
)
