"""docs/access.md, written from the rooms' access tables so that it cannot be wrong."""

import sys

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from qiming.kernel.access import TABLES
from qiming.kernel.http import Door, door_of
from qiming.registry.types import POWER_NAMES, Power

TARGET = settings.ROOT / "docs" / "access.md"

HEAD = """# Who may do what

Written by `qiming access-doc` from the rooms' `access.py`; the tests visit every address below as every role at
three places of the organisation tree and fail when the answer differs. Whatever is not listed is refused.
"""


def pages() -> list[tuple[str, str, Door | None]]:
    """Every address: (path pattern, url name, what it demands)."""
    found: list[tuple[str, str, Door | None]] = []

    def walk(entries: list[URLPattern | URLResolver], prefix: str) -> None:
        for entry in entries:
            here = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                walk(entry.url_patterns, here)
            else:
                found.append((here, entry.name or "", door_of(entry.callback)))

    walk(get_resolver().url_patterns, "/")
    return sorted(found, key=lambda page: page[0])


def operations() -> list[tuple[str, str, Door | None]]:
    """Every operation of the JSON API: (method, path, what it demands)."""
    from qiming.site.api import api

    found = []
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                for method in operation.methods:
                    found.append((method, f"/api{prefix.rstrip('/')}{path}", door_of(operation.view_func)))
    return sorted(found, key=lambda one: (one[1], one[0]))


def text() -> str:
    """The document."""
    lines = [HEAD]
    for room, table in sorted(TABLES.items()):
        lines += [f"\n## {room}\n", "| verb | who reaches how far | 说明 |", "|---|---|---|"]
        for verb, row in sorted(table.rows.items()):
            who = "；".join(f"{role} {reach.value}" for role, reach in row.reaches.items())
            if row.emergency:
                powers = "、".join(POWER_NAMES[Power(one)] for one in row.emergency)
                who += f"；应急权限“{powers}”"
            lines.append(f"| `{verb}` | {who} | {row.says} |")
    lines += ["\n## Pages\n", "| address | verb |", "|---|---|"]
    for path, _name, door in pages():
        if door is not None:
            lines.append(f"| `{path}` | {f'`{door.verb}`' if door.verb else '公开：' + door.says} |")
    lines += ["\n## API\n", "| operation | verb |", "|---|---|"]
    lines += [
        f"| `{method} {path}` | `{door.verb if door else '—'}` |" for method, path, door in operations()
    ]
    return "\n".join(lines) + "\n"


def run(*, check: bool) -> int:
    """Write the document, or (check) compare it with what is there; 1 when it is out of date."""
    fresh = text()
    if not check:
        TARGET.parent.mkdir(exist_ok=True)
        TARGET.write_text(fresh)
        return 0
    if TARGET.exists() and TARGET.read_text() == fresh:
        return 0
    print("docs/access.md is out of date: run `qiming access-doc` and commit it", file=sys.stderr)
    return 1
