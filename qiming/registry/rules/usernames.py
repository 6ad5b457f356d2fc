"""Usernames as they are kept."""

import re
import unicodedata

from qiming.kernel.errors import UserError

_USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,31}")


def folded_username(username: str) -> str:
    """What somebody typed, as usernames are kept."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


def checked_form(username: str, *, kept: str = "没有建账号。") -> str:
    """A username in its kept form when it looks like one, whether or not anybody has it."""
    folded = folded_username(username)
    if not _USERNAME.fullmatch(folded):
        raise UserError("账号要用小写字母开头，3到32个字母、数字、点、横线", kept=kept, field="username")
    return folded
