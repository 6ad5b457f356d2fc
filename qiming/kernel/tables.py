"""Tables people send (xlsx, csv) and take away (xlsx): bounded, whatever the encoding."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from qiming.kernel import uploads
from qiming.kernel.errors import UserError
from qiming.kernel.text import UnreadableText, decode

MAX_BYTES = 10 * 1024 * 1024
MAX_COLUMNS = 60
MAX_WIDE = 300  # of a sheet with a column per question
MAX_CELL = 5000
# A cell that starts so would be run as a formula by a spreadsheet program.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a sheet: its number as the sender sees it (the first line is 1) and its cells by heading."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet as text: headings in order and the non-empty lines below them."""

    headings: list[str]
    rows: list[Row]
    encoding: str


def read(name: str, data: bytes, *, limit_rows: int = 5000) -> Table:
    """Read an .xlsx or .csv file; raises `UserError` in plain words for anything that cannot be read.

    The first line holds the headings. Every cell becomes trimmed text: whole numbers without a decimal point,
    dates as YYYY-MM-DD. Lines with nothing in them are passed over.
    """
    _refuse_other(data)
    if data[:4] == b"PK\x03\x04":
        lines, encoding = _xlsx_lines(data, limit_rows), "xlsx"
    else:
        lines, encoding = _csv_lines(data, limit_rows)
    return _table(lines, encoding, limit_rows)


def _refuse_other(data: bytes) -> None:
    """What is empty, too large or no table at all."""
    if not data:
        raise UserError("这个文件是空的", next="请检查是不是选错了文件。", field="file")
    if len(data) > MAX_BYTES:
        raise UserError("文件超过 10 MB", next="请拆成几个文件，或删掉多余的工作表。", field="file")
    uploads.refuse_known_bad(data)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise UserError("这是旧版 .xls 文件", next="请在表格软件里另存为 .xlsx 再传。", field="file")
    if data[:256].lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<" or data.startswith(b"%PDF"):
        raise UserError(
            "这不是表格，是网页或别的文件", next="请在表格软件里打开，另存为 .xlsx 再传。", field="file"
        )


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet as it stands, headings not told apart: `lines[0]` is the sender's first line."""

    name: str
    lines: list[list[str]]


def grids(name: str, data: bytes, *, limit_rows: int = 3000, limit_sheets: int = 30) -> list[Grid]:
    """Every visible sheet of an .xlsx, or the one of a .csv (named like the file), for sheets whose headings take
    several lines. Of merged cells only the first holds the text. Bounded and refused like `read`."""
    _refuse_other(data)
    if data[:4] != b"PK\x03\x04":
        lines, _ = _csv_lines(data, limit_rows, MAX_WIDE)
        return [_grid(name.rpartition(".")[0] or name, lines, limit_rows)]
    try:
        uploads.check_archive(data)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        found = [
            Grid(
                sheet.title,
                [
                    [_as_text(cell) for cell in row]
                    for row in sheet.iter_rows(max_row=limit_rows + 1, max_col=MAX_WIDE, values_only=True)
                ],
            )
            for sheet in book.worksheets[:limit_sheets]
            if sheet.sheet_state == "visible"
        ]
    except UserError:
        raise
    except Exception as error:  # a damaged workbook fails inside the reader in a dozen different ways
        raise UserError(
            "这个表格文件打不开", next="请在表格软件里重新保存一次，或另存为 .csv。", field="file"
        ) from error
    return [_grid(one.name, one.lines, limit_rows) for one in found]


def _grid(name: str, lines: list[list[str]], limit_rows: int) -> Grid:
    while lines and not any(lines[-1]):
        lines.pop()
    if len(lines) > limit_rows:
        raise UserError(f"一张表最多 {limit_rows} 行", next="请按年级或班级拆成几个文件。", field="file")
    for number, line in enumerate(lines, 1):
        if any(len(cell) > MAX_CELL for cell in line):
            raise UserError(
                f"第{number}行有一格超过{MAX_CELL}个字", next="请检查这一行，改短后再传。", field="file"
            )
    return Grid(name[:100], lines)


def _xlsx_lines(data: bytes, limit_rows: int) -> list[list[str]]:
    try:
        uploads.check_archive(data)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(max_row=limit_rows + 2, max_col=MAX_COLUMNS, values_only=True)
        return [[_as_text(cell) for cell in row] for row in rows]
    except UserError:
        raise
    except Exception as error:  # a damaged workbook fails inside the reader in a dozen different ways
        raise UserError(
            "这个表格文件打不开", next="请在表格软件里重新保存一次，或另存为 .csv。", field="file"
        ) from error


def _csv_lines(data: bytes, limit_rows: int, wide: int = MAX_COLUMNS) -> tuple[list[list[str]], str]:
    try:
        decoded = decode(data)
    except UnreadableText as error:
        raise UserError("读不出这个文件里的文字", next="请另存为 .xlsx 再传。", field="file") from error
    head = decoded.text[:4096]
    separator = (
        "\t" if head.count("\t") > head.count(",") else ";" if ";" in head and "," not in head else ","
    )
    try:
        reader = csv.reader(io.StringIO(decoded.text, newline=""), delimiter=separator)
        return _bounded(reader, limit_rows, wide), decoded.encoding
    except csv.Error as error:
        raise UserError("这个 .csv 文件的格式不完整", next="请另存为 .xlsx 再传。", field="file") from error


def _bounded(reader: Iterable[list[str]], limit_rows: int, wide: int) -> list[list[str]]:
    """The lines up to one more than may be, so that a file of a million lines costs no more than its refusal."""
    blank: list[str] = []
    lines, filled = [], 0
    for line in reader:
        cells = [cell.strip() for cell in line[:wide]]
        filled += any(cells)
        lines.append(cells if any(cells) else blank)
        if filled > limit_rows + 1:
            break
    return lines


def _as_text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _table(lines: list[list[str]], encoding: str, limit_rows: int) -> Table:
    start = next((number for number, line in enumerate(lines) if any(line)), None)
    if start is None:
        raise UserError("这个文件里没有内容", next="请检查是不是选错了文件或工作表。", field="file")
    for number, line in enumerate(lines, 1):
        if any(len(cell) > MAX_CELL for cell in line):
            raise UserError(
                f"第{number}行有一格超过{MAX_CELL}个字", next="请检查这一行，改短后再传。", field="file"
            )
    headings = [heading.replace("*", "").replace("\n", "").strip() for heading in lines[start]]
    rows = [
        Row(number + 1, {name: cell for name, cell in zip(headings, line, strict=False) if name})
        for number, line in enumerate(lines[start + 1 :], start + 1)
        if any(line)
    ]
    if len(rows) > limit_rows:
        raise UserError(f"一次最多 {limit_rows} 行", next="请按年级或班级拆成几个文件。", field="file")
    return Table([heading for heading in headings if heading], rows, encoding)


def xlsx(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]) -> bytes:
    """Write sheets (name, headings, lines) as an .xlsx file; text is never run as a formula."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, headings, lines in sheets:
        sheet = book.create_sheet(name[:31])
        sheet.append(list(headings))
        for cell in sheet[1]:
            cell.font = Font(bold=True)
            cell.alignment = Alignment(vertical="center", wrap_text=True)
        widths = [len(str(heading)) for heading in headings]
        for line in lines:
            sheet.append([_harmless(value) for value in line])
            widths = [max(width, min(40, len(str(value)))) for width, value in zip(widths, line, strict=True)]
        for column, width in enumerate(widths, 1):
            sheet.column_dimensions[get_column_letter(column)].width = 4 + width * 1.8
        sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_lines(headings: Sequence[str], lines: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """A .csv line by line as a spreadsheet reads it (UTF-8 with its mark); text is never run as a formula."""
    pen = io.StringIO(newline="")
    writer = csv.writer(pen)
    yield "\ufeff".encode()
    for line in chain([headings], lines):
        writer.writerow([_harmless(value) for value in line])
        yield pen.getvalue().encode()
        pen.seek(0)
        pen.truncate()


def _harmless(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    written = ILLEGAL_CHARACTERS_RE.sub("", value)
    return "'" + written if written.startswith(_FORMULA_STARTS) else written
