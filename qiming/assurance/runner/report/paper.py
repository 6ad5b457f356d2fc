"""The report as a PDF."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from qiming.assurance.runner.places import shipped
from qiming.assurance.runner.records import RecordTrouble
from qiming.assurance.runner.report.data import Report
from qiming.kernel.typeset import FONT, typeset


def paper(report: Report, fonts: Path | None = None) -> bytes:
    """The PDF. Raises `RecordTrouble` when the Chinese font was not built."""
    fonts = fonts or shipped("web", "dist", "fonts")
    if not (fonts / FONT).exists():
        raise RecordTrouble("没有 PDF 用的中文字体：先运行 make web，或用 --html 写成网页")
    told = msgspec.json.encode(report.as_dict()).decode()
    return typeset("assurance/documents/report.typ", told, fonts, datetime.now(UTC))
