"""What the doctor says about one thing."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is right, and what to do when it is not.

    What is not urgent keeps nobody from working today: an upgrade or a restore is not called off for it.
    """

    what: str
    ok: bool
    remedy: str = ""
    is_urgent: bool = True

    def as_dict(self) -> dict[str, str | bool]:
        return asdict(self)
