"""What of the companion obeys families' consent."""

from qiming.trust.consent import register_consumer
from qiming.trust.types import Purpose

COMPANION = register_consumer(
    "assist.companion", Purpose.COMPANION, "在课里和学伴说话；老师看得到对话，家里看得到用了多久"
)
