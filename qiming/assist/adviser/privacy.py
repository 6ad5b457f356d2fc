"""The classes of the adviser's fields."""

from qiming.kernel.privacy import RUNNING, classify, l3

ASKED = l3("咨询问答")

classify(
    "assist",
    {
        "AdviceTalk": {ASKED: "person_id title", RUNNING: "state handed_at moved_at"},
        "AdviceLine": {ASKED: "text parts outcome person_id", RUNNING: "talk number by"},
        "Ticks": {ASKED: "person_id procedure done", RUNNING: "changed_at"},
    },
)
