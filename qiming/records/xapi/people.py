"""Our people in what other systems send: behind a number of their own.

Other systems name a person of ours by our home page and the internal number. The number is exchanged at the door for an
alias, everywhere in the statement, and nothing but the row in `XapiPerson` leads from one to the other. Whoever brought
a statement gets it back as it came; everybody else sees the alias.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from qiming.kernel.ids import new_id
from qiming.records.models import XapiPerson
from qiming.records.xapi.checking import agents, is_number
from qiming.records.xapi.shape import Plain, identifier_of
from qiming.registry import queries as registry

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)


def hide(sent: Sequence[Plain], home: str, unknown: Callable[[int, str], None], cursor: Any) -> list[Plain]:
    """The statements with aliases in place of the people they name by account. Calls `unknown(index, pointer)` where
    the number is nobody's. Within the transaction of the batch, once it is under way."""
    named: dict[int, set[str]] = {}
    places: dict[str, list[tuple[int, str]]] = {}
    for index, one in enumerate(sent):
        for pointer, agent in agents(one):
            account = agent.get("account", {})
            if account.get("homePage") == home and not pointer.startswith("/authority"):
                named.setdefault(index, set()).add(account["name"])
                places.setdefault(account["name"], []).append((index, f"{pointer}/account/name"))
    if not named:
        return list(sent)
    known = _aliases(cursor, places)
    for name, where in places.items():
        if name not in known:
            for index, pointer in where:
                unknown(index, pointer)
    return [
        _exchanged(one, {name: known[name] for name in named.get(index, ()) if name in known})
        for index, one in enumerate(sent)
    ]


def _exchanged(statement: Plain, aliases: dict[str, str]) -> Plain:
    """Every spelling of the numbers goes, wherever it stands."""
    if not aliases:
        return statement
    text = json.dumps(statement, ensure_ascii=False, allow_nan=False)
    for name, alias in aliases.items():
        text = re.sub(name, alias, text, flags=re.IGNORECASE)
        text = re.sub(name.replace("-", ""), alias.replace("-", ""), text, flags=re.IGNORECASE)
    made: Plain = json.loads(text)
    return made


def _aliases(cursor: Any, names: Iterable[str]) -> dict[str, str]:
    """Aliases of people by internal number; those who have none yet get one, those who do not exist none."""
    wanted = sorted(UUID(name) for name in names if is_number(name))
    known = _known(cursor, wanted)
    if missing := [one for one in wanted if str(one) not in known]:
        there = registry.persons_named(missing)
        if fresh := [one for one in missing if one in there]:
            cursor.execute(
                "INSERT INTO records_xapiperson (id, created_at, person_id, alias)"
                " SELECT id, clock_timestamp(), person_id, alias FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[])"
                " AS n (id, person_id, alias) ON CONFLICT (person_id) DO NOTHING",
                [[new_id() for _ in fresh], fresh, [uuid4() for _ in fresh]],
            )
            known |= _known(cursor, fresh)
    return known


def _known(cursor: Any, person_ids: list[UUID]) -> dict[str, str]:
    cursor.execute(
        "SELECT person_id::text, alias::text FROM records_xapiperson WHERE person_id = ANY(%s)", [person_ids]
    )
    return dict(cursor.fetchall())


def alias_for(person_id: UUID) -> UUID | None:
    """The alias of a person here and now, made when there is none; None when there is no such person."""
    with connection.cursor() as cursor:
        found = _aliases(cursor, [str(person_id)])
    return UUID(found[str(person_id)]) if found else None


def alias_of(person_id: UUID) -> UUID | None:
    """The alias of a person who has one."""
    return XapiPerson.objects.filter(person_id=person_id).values_list("alias", flat=True).first()


def identifier(agent: Plain, home: str, *, make: bool = False) -> str | None:
    """`identifier_of` as it is stored. With `make` a person of ours gets an alias, and None says there is no such
    person; without it a person who has none is found nowhere."""
    account = agent.get("account", {})
    if account.get("homePage") != home or not is_number(account["name"]):
        return identifier_of(agent)
    person_id = UUID(account["name"])
    alias = alias_for(person_id) if make else alias_of(person_id)
    if alias is None:
        return None if make else identifier_of(agent)
    return identifier_of({"account": account | {"name": str(alias)}})


def shown(texts: Sequence[str], mine: Sequence[bool], home: str, *, least: int = 2) -> list[str]:
    """Statements as JSON texts, with the numbers in place of aliases in those that the asker brought. Our home page stands
    once in every one of them, as the authority: `least` says how often where somebody of ours is named."""
    own = [text for text, is_mine in zip(texts, mine, strict=True) if is_mine and text.count(home) >= least]
    aliases = {UUID(one) for text in own for one in _UUID.findall(text)}
    if not aliases:
        return list(texts)
    rows = XapiPerson.objects.filter(alias__in=aliases).values_list("alias", "person_id")
    numbers = {str(alias): str(person_id) for alias, person_id in rows}
    return [
        _UUID.sub(lambda found: numbers.get(found[0], found[0]), text) if is_mine and numbers else text
        for text, is_mine in zip(texts, mine, strict=True)
    ]
