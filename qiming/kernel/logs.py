"""Log lines that carry nothing above level L1: no tokens, no codes, no values of a row, nothing that people are called.

What a line is made of is trusted when it stands in the code; what is put into it is not. Chinese words, long
digits (pupil numbers, telephones) and addresses of mail among the values are blanked out, and so is the text of an
exception, which may repeat what somebody typed. Identifiers of rows, names of classes and figures pass.
"""

import logging
import re
from typing import Any

_SECRETS = (
    (re.compile(r"(/c/)[\w%-]{6,}"), r"\1…"),  # the address a class card opens
    (re.compile(r"(/sign-in/code/)[\w%-]+"), r"\1…"),
    # PostgreSQL names the values of the row that broke a rule: a name or an account may be among them.
    (re.compile(r"^(\s*DETAIL:).*$", re.MULTILINE), r"\1 …"),
    (re.compile(r"(postgres(?:ql)?://[^:@/\s]*):[^@\s]*@"), r"\1:…@"),
)
_HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff·"
_PERSONAL = (
    re.compile(f"[{_HAN}]+"),
    re.compile(r"(?<![\w-])[A-Za-z]?\d{8,}[\dXx]?(?![\w-])"),
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"),
    re.compile(r"""(?i)\busername['"]?\s*[=:]\s*['"]?[^\s'",}]+"""),
)
_CALLED = {"username", "name", "pupil_number"}
# The last line of a traceback, and what a chained exception said: `Type: what was typed`.
_SAID = re.compile(
    r"^((?:[\w.]+\.)?\w*(?:Error|Exception|Denied|Violation|Warning|Exit|Interrupt)\w*): .*$", re.MULTILINE
)


def without_secrets(text: str) -> str:
    """`text` with everything blanked out that opens a door."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


def without_persons(value: Any) -> Any:
    """A value on its way into a line: words and numbers by which somebody could be known become `…`."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    for pattern in _PERSONAL:
        text = pattern.sub("…", text)
    return text


class PlainLines(logging.Formatter):
    """Formats a record, its traceback included, without secrets and without persons."""

    def format(self, record: logging.LogRecord) -> str:
        plain = logging.makeLogRecord(record.__dict__)
        if isinstance(record.args, dict):
            plain.args = {
                key: "…" if str(key).lower() in _CALLED else without_persons(value)
                for key, value in record.args.items()
            }
        elif record.args:
            plain.args = tuple(without_persons(value) for value in record.args)
        plain.exc_text = None  # what another formatter made of it
        return without_secrets(super().format(plain))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name that logging calls
        return _SAID.sub(r"\1: …", super().formatException(ei))
