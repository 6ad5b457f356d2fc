"""What went on inside the turns of an evaluation, kept beside its record: a run that was broken off goes on and can still tell
who spoke. JSON lines, one per turn, written when the turn has ended."""

from pathlib import Path

import msgspec


class Noted(msgspec.Struct, frozen=True):
    """One turn. `sent`: what a model was, or would have been, told."""

    case: str
    conversation: str
    outcome: str
    engine: str
    reply: str
    findings: list[str]
    sent: list[str]


def beside(record: Path) -> Path:
    """Where the turns of a record stand."""
    return record.with_name(record.name + ".turns")


def note(path: Path, one: Noted) -> None:
    with path.open("ab") as file:
        file.write(msgspec.json.encode(one) + b"\n")


def read(path: Path) -> dict[str, list[Noted]]:
    """The last conversation of every case, by its name; a torn last line is left out."""
    found: dict[str, list[Noted]] = {}
    for line in path.read_bytes().splitlines() if path.is_file() else ():
        try:
            one = msgspec.json.decode(line, type=Noted)
        except msgspec.DecodeError:
            continue
        found.setdefault(one.conversation, []).append(one)
    last = {turns[0].case: name for name, turns in found.items()}
    return {name: found[name] for name in last.values()}
