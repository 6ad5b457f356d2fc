"""How casework knows the cases about resources."""

from qiming.casework import rooms
from qiming.resources.launching import cases  # noqa: F401 - its kind of case is known wherever this is
from qiming.resources.queries.offered import page_of
from qiming.resources.services.certifying import is_adopted, is_uncertified
from qiming.resources.services.following import follow, same_bytes

RESOURCE = rooms.register(
    rooms.Kind(
        "resource",
        conditions={"same_bytes": same_bytes, "adopted": is_adopted, "uncertified": is_uncertified},
        follow=follow,
        page=page_of,
    )
)
