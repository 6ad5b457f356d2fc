"""Log lines without what must not lie in a log: class-card tokens, invitation codes, the values of a row."""

import logging
import re

_SECRETS = (
    (re.compile(r"(/c/)[\w%-]{6,}"), r"\1…"),  # the address a class card opens
    (re.compile(r"(/sign-in/code/)[\w%-]+"), r"\1…"),
    # PostgreSQL names the values of the row that broke a rule: a name or an account may be among them.
    (re.compile(r"^(\s*DETAIL:).*$", re.MULTILINE), r"\1 …"),
    (re.compile(r"(postgres(?:ql)?://[^:@/\s]*):[^@\s]*@"), r"\1:…@"),
)


def without_secrets(text: str) -> str:
    """`text` with everything blanked out that opens a door or names a person."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


class PlainLines(logging.Formatter):
    """Formats a record, its traceback included, and blanks out secrets."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))
