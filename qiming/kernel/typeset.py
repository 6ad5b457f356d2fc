"""Typst at work, without the house around it: programs that run without Django set their papers by this."""

from datetime import datetime
from pathlib import Path

import typst

PACKAGE = Path(__file__).resolve().parents[1]
FONT = "NotoSansSC_400Regular.ttf"


def typeset(document: str, data: str, fonts: Path, at: datetime) -> bytes:
    """The PDF of `document` (a path below `qiming/`) with `data` (JSON), dated `at`; nothing is fetched."""
    return bytes(
        typst.compile(
            str(PACKAGE / document),
            root=str(PACKAGE),
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
            sys_inputs={"data": data},
            timestamp=at.replace(microsecond=0),
        )
    )
