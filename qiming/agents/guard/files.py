"""The guard's data as written in content/guard: read once, held to what the code promises, said in Chinese when wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

import yaml

from qiming.agents.guard.crisis import Crisis, Help, Hotline
from qiming.agents.guard.hearing import Hearing, Ideas
from qiming.agents.guard.hearing import read as read_weights
from qiming.agents.guard.lexicon import BadWordList, Lexicon
from qiming.agents.guard.stages import Rule
from qiming.agents.guard.types import Act, Category, Entry, Source

STATUSES = ("seen", "secondary", "unverified", "proposal")


@dataclass(frozen=True, slots=True)
class Library:
    """All of content/guard, compiled. One per process; it is never changed, a new version is a new one."""

    categories: Mapping[str, Category]
    keywords: Lexicon
    crisis: Crisis
    injection: Lexicon
    rules: tuple[Rule, ...]
    version: str


def load(folder: Path) -> Library:
    """Read `folder` (content/guard). Raises BadWordList with file and entry when something is wrong."""
    classes = _read(folder / "classes.yaml")
    categories = {
        one["key"]: Category(one["key"], one["group"], one["title"], _status(one, "classes.yaml"))
        for one in classes["classes"]
    }
    variants = _variants(folder / "variants.yaml")
    entries: list[Entry] = []
    versions = [classes["version"]]
    for path in sorted((folder / "keywords").glob("*.yaml")):
        said = _read(path)
        versions.append(said["version"])
        entries += entries_of(said, path.name, known=categories)
    crisis = _read(folder / "crisis.yaml")
    injection = _read(folder / "injection.yaml")
    stages = _read(folder / "stages.yaml")
    versions += [crisis["version"], injection["version"], stages["version"]]
    return Library(
        categories=categories,
        keywords=Lexicon(entries, variants),
        crisis=_crisis(crisis, variants, _hearing(folder)),
        injection=Lexicon(entries_of(injection, "injection.yaml"), variants),
        rules=tuple(_rule(one) for one in stages["rules"]),
        version=max(str(one) for one in versions),
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadWordList(f"{path.name}：读不出来（{type(error).__name__}），防护不能少了它") from error
    if not isinstance(said, dict):
        raise BadWordList(f"{path.name}：应当是一组键和值")
    return cast(dict[str, Any], said)


def _status(said: Mapping[str, Any], where: str) -> Source:
    if said.get("status") not in STATUSES:
        raise BadWordList(f"{where}：status 要写 {'、'.join(STATUSES)} 之一")
    return cast(Source, said["status"])


def _variants(path: Path) -> dict[str, str]:
    said = _read(path)
    return {odd: usual for usual, odds in said["variants"].items() for odd in odds}


def entries_of(
    said: Mapping[str, Any], where: str, known: Mapping[str, Category] | None = None
) -> Iterable[Entry]:
    """The entries of one word file; named groups of words (`sets`) are put in where `$name` stands."""
    sets = {name: tuple(words) for name, words in said.get("sets", {}).items()}

    def words(entry: Mapping[str, Any], key: str) -> tuple[str, ...]:
        out: list[str] = []
        for word in entry.get(key, ()):
            out.extend(sets[word[1:]] if str(word).startswith("$") else (str(word),))
        return tuple(dict.fromkeys(out))

    for at, entry in enumerate(said["entries"]):
        category = entry["class"]
        if known is not None and category not in known:
            raise BadWordList(f"{where}：没有“{category}”这一类")
        yield Entry(
            key=entry.get("key", f"{said['key']}-{at + 1}"),
            category=category,
            act=Act(entry.get("act", said.get("act", "refuse"))),
            words=words(entry, "words"),
            near=words(entry, "near"),
            within=entry.get("within", 10),
            unless=words(entry, "unless"),
            unless_near=words(entry, "unless_near"),
            around=entry.get("around", 14),
            weight=entry.get("weight", ""),
        )


def _hearing(folder: Path) -> Hearing:
    """The weights and the groups of words they speak of."""
    ideas = Ideas(_read(folder / "ideas.yaml")["ideas"])
    try:
        return Hearing(read_weights((folder / "hearing.txt").read_text(encoding="utf-8")), ideas)
    except (OSError, ValueError, KeyError) as error:
        raise BadWordList(f"hearing.txt：读不出来（{type(error).__name__}），防护不能少了它") from error


def _crisis(said: Mapping[str, Any], variants: Mapping[str, str], hearing: Hearing) -> Crisis:
    hotlines = tuple(
        Hotline(one["number"], one["name"], one["hours"], one["source"], _status(one, "crisis.yaml"))
        for one in said["hotlines"]
    )
    texts = {
        (one["kind"], one["stage"]): Help(one["text"], tuple(one["numbers"]), str(one["reviewed"]))
        for one in said["texts"]
    }
    return Crisis(Lexicon(entries_of(said, "crisis.yaml"), variants), hotlines, texts, hearing)


def _rule(said: Mapping[str, Any]) -> Rule:
    until = said.get("to")
    return Rule(
        key=said["id"],
        kind=said["kind"],
        stage=said["stage"],
        value=said["value"],
        since=cast(date, said["from"]),
        until=cast("date | None", until),
        text=said["text"],
        source=said["source"],
        status=_status(said, "stages.yaml"),
        ages=(said["ages"][0], said["ages"][1]) if "ages" in said else None,
    )
