"""Where what ships with the code lies: beside the package in a checkout, inside an installed wheel."""

from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).resolve().parents[2]


def shipped(*names: str) -> Path:
    """A folder that comes with the code but is no code."""
    beside = PACKAGE.parent.joinpath(*names)
    return beside if beside.exists() else (PACKAGE / "shipped").joinpath(*names)
