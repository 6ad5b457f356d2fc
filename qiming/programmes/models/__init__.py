"""What the programmes store."""

from qiming.programmes.models.calls import Application, Attachment, Call, Reuse, Visit
from qiming.programmes.models.named import Naming, Pairing, Support

__all__ = ["Application", "Attachment", "Call", "Naming", "Pairing", "Reuse", "Support", "Visit"]
