"""PDF files: a Typst document of a room, filled with plain data, set in Noto Sans SC.

A document is a `.typ` file below `qiming/` (`<room>/documents/…`), usually begun with
`#import "/kernel/documents/sheet.typ": *`. It reads its data with `json(bytes(sys.inputs.data))`: what people typed
stays text and is never read as markup. Nothing is fetched: the font comes with the built front end
(web/dist/fonts), documents import no packages.
"""

import json
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from qiming.kernel import time
from qiming.kernel.errors import UserError
from qiming.kernel.typeset import FONT, typeset

MEDIA_TYPE = "application/pdf"


def write(document: str, data: dict[str, Any]) -> bytes:
    """Set `document` (such as `trust/documents/certificate.typ`) with `data`; returns the PDF.

    Dates and moments become text as read in Shanghai, other values as in JSON. Raises `UserError` when the font
    was not built.
    """
    told = json.dumps(data, ensure_ascii=False, default=_plain)
    return typeset(document, told, _fonts(), time.now())


def _fonts() -> Path:
    folder = Path(settings.WEB_DIST) / "fonts"
    if not (folder / FONT).exists():
        raise UserError(
            "这台服务器还没有装好 PDF 用的中文字体",
            kept="数据都在，没有改动。",
            next="请运维运行 make web，再试一次；急用可先导出表格。",
            status=503,
        )
    return folder


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        return f"{time.local(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in a document")
