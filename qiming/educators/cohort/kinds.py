"""How casework knows the cases about outputs."""

from qiming.casework import rooms
from qiming.educators.cohort import queries, services

rooms.register(
    rooms.Kind(
        services.WORKFLOW,
        conditions={
            "mapped": queries.why_unmapped,
            "example": queries.why_no_example,
            "redo_left": queries.redo_left,
            "no_redo_left": queries.no_redo_left,
        },
        follow=services.follow,
        page=lambda output_id: f"/educators/outputs/{output_id}/",
    )
)
