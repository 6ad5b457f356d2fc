"""What the guard finds in the labelled cases of content/guard/cases, as shares with their intervals' bounds."""

from collections import Counter
from collections.abc import Iterator

import pytest

from qiming.agents.guard import Library, Roster, Vault, mask, restore
from qiming.agents.tests.conftest import CONTENT

CASES = CONTENT / "guard" / "cases"
ROSTER = Roster(["高思琪", "何子墨", "司徒若兰", "Tom Green", "欧阳小雨"])


def lines(name: str) -> Iterator[list[str]]:
    for line in (CASES / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.replace("\\u200b", "\u200b").split("\t")


def crisis_lines() -> Iterator[list[str]]:
    """The three files together; what each was found like at first sight stands in its head."""
    for name in ("crisis.tsv", "crisis_held.tsv", "crisis_fresh.tsv"):
        yield from lines(name)


def test_a_child_in_need_is_heard_and_ordinary_talk_is_left_alone(library: Library) -> None:
    told, right, kinds = Counter[str](), Counter[str](), Counter[bool]()
    wrong = []
    for way, kind, said in crisis_lines():
        alarm = library.crisis.alarm(said, "junior")
        told[way] += 1
        if (alarm is None) == (way == "none"):
            right[way] += 1
        else:
            wrong.append(said)
        if alarm:
            kinds[alarm.kind == kind] += 1
            assert "12355" in alarm.say and alarm.hit.word in said
    assert min(told.values()) >= 120 and told.total() >= 480
    assert right["explicit"] == told["explicit"], wrong
    assert right["implicit"] >= 0.95 * told["implicit"], wrong
    assert right["none"] >= 0.97 * told["none"], wrong
    assert kinds[True] >= 0.9 * kinds.total()


@pytest.mark.parametrize("line", list(lines("personal.tsv")), ids=lambda line: line[2][:12])
def test_no_personal_datum_leaves(line: list[str]) -> None:
    kind, hidden, said = line
    vault = Vault()
    masked = mask(said, vault, ROSTER)
    if kind == "none":
        assert masked.text == said and len(vault) == 0
    else:
        assert kind in masked.kinds and hidden not in masked.text
        assert restore(masked.text, vault) == said


@pytest.mark.parametrize("line", list(lines("words.tsv")), ids=lambda line: line[1][:12])
def test_words_are_found_in_their_class_or_left_alone(library: Library, line: list[str]) -> None:
    category, said = line
    found = {hit.category for hit in library.keywords.find(said)}
    assert category in found if category != "none" else not found
