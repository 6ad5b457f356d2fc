"""The classes of the room's fields: each agent says its own in its folder; one line each here."""

from qiming.assist.adviser import privacy as adviser  # noqa: F401 - its fields are classed there
from qiming.assist.companion import privacy as companion  # noqa: F401 - its fields are classed there
from qiming.assist.duty import privacy as duty  # noqa: F401 - its fields are classed there
from qiming.assist.marker import privacy as marker  # noqa: F401 - its fields are classed there
from qiming.assist.planner import privacy as planner  # noqa: F401 - its fields are classed there
