"""What the learning room deletes when a pupil has been gone long enough."""

from datetime import datetime

from qiming.kernel.keeping import Holds, Swept, remove, sweeper
from qiming.learning.rights import OWN
from qiming.registry import queries as registry

_WHY = "retention holds for the whole installation"


@sweeper("learning.left_pupils")
def left_pupils(before: datetime, holds: Holds) -> Swept:
    """Everything tried, answered and made by pupils who left their last class long ago; the ledger stays."""
    total = Swept()
    for _, _, model in OWN:
        rows = model.objects.unscoped(_WHY).filter(pupil_id__in=registry.left_before(before.date()))
        swept = remove(rows, holds, person="pupil_id", path="scope_path")
        total.ids += swept.ids
        total.places += swept.places
        total.held_back += swept.held_back
    return total
