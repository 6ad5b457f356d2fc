"""The text of a PDF or a Word file, in a process of its own: `python -I extract.py pdf|docx` with the file on stdin and JSON
on stdout. A file made to hang or to eat memory takes this process with it and no other. Imports nothing of ours."""

import io
import json
import logging
import sys

MOST_PAGES = 600
MOST_MEMORY = 1_500 * 1024 * 1024
MOST_CPU_S = 40


def _bounded() -> None:
    try:
        import resource  # noqa: PLC0415 - there is none on Windows, where the timeout alone holds
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))


def of_pdf(data: bytes) -> dict[str, object]:
    """Its pages' text; `trouble` when it is locked or has too many pages."""
    from pypdf import PdfReader  # noqa: PLC0415 - each kind loads its own reader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        return {"trouble": "locked"}
    if len(reader.pages) > MOST_PAGES:
        return {"trouble": "pages"}
    pages = [page.extract_text() or "" for page in reader.pages]
    return {"pages": pages}


def of_docx(data: bytes) -> dict[str, object]:
    """Paragraphs and tables in the order in which they stand; headings as Markdown headings, a row of a table a line."""
    from docx import Document  # noqa: PLC0415 - as above
    from docx.table import Table  # noqa: PLC0415
    from docx.text.paragraph import Paragraph  # noqa: PLC0415

    lines: list[str] = []
    for part in Document(io.BytesIO(data)).iter_inner_content():
        if isinstance(part, Paragraph):
            lines.append(part.text)
        elif isinstance(part, Table):
            lines += ["　".join(dict.fromkeys(cell.text.strip() for cell in row.cells)) for row in part.rows]
    return {"pages": ["\n".join(lines)]}


if __name__ == "__main__":
    _bounded()
    reader = {"pdf": of_pdf, "docx": of_docx}[sys.argv[1]]
    json.dump(reader(sys.stdin.buffer.read()), sys.stdout)
