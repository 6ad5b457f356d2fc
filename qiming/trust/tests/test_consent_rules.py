"""Whether consent holds, case by case, and the properties that no case may break."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.trust import texts
from qiming.trust.rules import consent as rules
from qiming.trust.types.consent import AgeRule, Purpose, Said, State, Text, Verdict, Via, Voice

MUM, DAD, PUPIL, STRANGER = uuid4(), uuid4(), uuid4(), uuid4()
DAY = date(2026, 11, 20)
START = datetime(2026, 9, 10, tzinfo=UTC)
BASE = texts.purposes()[Purpose.WORKS].versions[0]


def text(no: int, starts: date, *, material: bool = True) -> Text:
    return replace(BASE, no=no, starts=starts, is_material=material, digest=f"text{no}")


ONE = (text(1, date(2026, 9, 1)),)
FAMILY = frozenset({MUM, DAD})


def voice(via: Via, said: Said, day: int = 0, who: UUID | None = None, no: int = 1) -> Voice:
    by = who or (MUM if via is Via.GUARDIAN else PUPIL if via is Via.PUPIL else None)
    return Voice(via, by, said, START + timedelta(days=day), no, f"text{no}")


G, P, S, W = Via.GUARDIAN, Via.PUPIL, Via.PAPER, Via.SCHOOL
YES, NO, BACK, ASKED = Said.GIVEN, Said.REFUSED, Said.WITHDRAWN, Said.ASKED


@pytest.mark.parametrize(
    ("voices", "needs_own", "state", "waits"),
    [
        ([], False, State.NOT_ASKED, {G}),
        ([], True, State.NOT_ASKED, {G, P}),
        ([voice(W, ASKED)], False, State.ASKED, {G}),
        ([voice(G, YES)], False, State.GIVEN, set()),
        ([voice(G, NO)], False, State.REFUSED, set()),
        ([voice(G, BACK)], False, State.WITHDRAWN, set()),
        # two guardians: one refusal holds, in whatever order; one yes is enough when the other is silent
        ([voice(G, YES), voice(G, NO, 1, DAD)], False, State.REFUSED, set()),
        ([voice(G, NO), voice(G, YES, 1, DAD)], False, State.REFUSED, set()),
        ([voice(G, YES), voice(G, BACK, 1, DAD)], False, State.WITHDRAWN, set()),
        # somebody who is no guardian (any more) says nothing, neither yes nor no
        ([voice(G, YES, 0, STRANGER)], False, State.NOT_ASKED, {G}),
        ([voice(G, YES), voice(G, NO, 1, STRANGER)], False, State.GIVEN, set()),
        # from grade 9 on the pupil too
        ([voice(G, YES)], True, State.ASKED, {P}),
        ([voice(P, YES)], True, State.ASKED, {G}),
        ([voice(G, YES), voice(P, YES)], True, State.GIVEN, set()),
        ([voice(G, YES), voice(P, NO)], True, State.REFUSED, set()),
        ([voice(G, YES), voice(P, BACK)], True, State.WITHDRAWN, set()),
        # below, what a pupil once said is not asked
        ([voice(G, YES), voice(P, NO)], False, State.GIVEN, set()),
        # paper speaks for the family; from grade 9 both have signed it
        ([voice(S, YES)], False, State.GIVEN, set()),
        ([voice(S, YES)], True, State.GIVEN, set()),
        ([voice(S, NO)], True, State.REFUSED, set()),
        # a guardian online afterwards overrides it, in both directions
        ([voice(S, NO), voice(G, YES, 1)], False, State.GIVEN, set()),
        ([voice(S, YES), voice(G, BACK, 1)], False, State.WITHDRAWN, set()),
        # paper typed afterwards takes no refusal back, but its own no counts
        ([voice(G, NO), voice(S, YES, 1)], False, State.REFUSED, set()),
        ([voice(G, YES), voice(S, NO, 1)], False, State.REFUSED, set()),
        # a no on paper stands on the side that has not spoken since
        ([voice(S, NO), voice(G, YES, 1)], True, State.REFUSED, set()),
        ([voice(S, NO), voice(G, YES, 1), voice(P, YES, 2)], True, State.GIVEN, set()),
    ],
)
def test_what_holds(voices: list[Voice], needs_own: bool, state: State, waits: set[Via]) -> None:
    found = rules.verdict(voices, guardians=FAMILY, needs_own=needs_own, versions=ONE, on=DAY)
    assert found == Verdict(state, frozenset(waits))
    assert found.holds is (state is State.GIVEN)


@pytest.mark.parametrize(
    ("material", "state"), [(True, State.CHANGED), (False, State.GIVEN)], ids=["material", "wording"]
)
def test_a_text_that_changed_materially_is_asked_again(material: bool, state: State) -> None:
    versions = (*ONE, text(2, date(2026, 11, 1), material=material))
    said = [voice(G, YES)]
    before = rules.verdict(said, guardians=FAMILY, needs_own=False, versions=versions, on=date(2026, 10, 31))
    after = rules.verdict(said, guardians=FAMILY, needs_own=False, versions=versions, on=DAY)
    assert (before.state, after.state) == (State.GIVEN, state)
    refused = rules.verdict([voice(G, NO)], guardians=FAMILY, needs_own=False, versions=versions, on=DAY)
    assert refused.state is State.REFUSED  # a no needs no fresh text


def test_words_edited_in_place_hold_for_nobody() -> None:
    edited = (replace(ONE[0], digest="other words"),)
    found = rules.verdict([voice(G, YES)], guardians=FAMILY, needs_own=False, versions=edited, on=DAY)
    assert found.state is State.CHANGED and not found.holds


VOICES = st.lists(
    st.builds(
        voice,
        st.sampled_from([G, P, S]),
        st.sampled_from([YES, NO, BACK]),
        st.integers(0, 9),
        st.sampled_from([None, DAD, STRANGER]),
    ),
    max_size=6,
)


@given(VOICES, st.booleans())
def test_without_a_yes_nothing_holds_and_one_more_refusal_never_opens(
    voices: list[Voice], needs_own: bool
) -> None:
    def ask(said: list[Voice]) -> Verdict:
        return rules.verdict(said, guardians=FAMILY, needs_own=needs_own, versions=ONE, on=DAY)

    if not any(one.said is YES for one in voices):
        assert not ask(voices).holds
    others = [one for one in voices if (one.via, one.decided_by) != (G, MUM)]
    assert not ask([*others, voice(G, NO, 20)]).holds


@pytest.mark.parametrize(("grade", "too"), [(1, False), (8, False), (9, True), (12, True), (None, True)])
def test_from_which_grade_a_pupil_decides_too(grade: int | None, too: bool) -> None:
    assert rules.decides_too(texts.age_rules(), grade, DAY) is too


def test_the_age_rule_is_dated() -> None:
    old, new = (AgeRule(date(year, 9, 1), grade, "", "", "", False) for year, grade in ((2026, 9), (2027, 8)))
    assert not rules.decides_too([old, new], 8, date(2027, 8, 31))
    assert rules.decides_too([old, new], 8, date(2027, 9, 1))
    assert not rules.decides_too([old, new], 8, date(2020, 1, 1))


@pytest.mark.parametrize(
    ("wished", "own", "holds", "word"),
    [
        (YES, None, False, YES),
        (YES, NO, False, YES),
        (NO, None, False, NO),
        (NO, None, True, BACK),
        (BACK, YES, True, BACK),
        (NO, YES, False, BACK),
        (BACK, None, True, BACK),
        (BACK, None, False, NO),
        (BACK, BACK, False, None),
        (NO, NO, False, None),
        (NO, BACK, False, None),
    ],
)
def test_what_a_press_comes_to(wished: Said, own: Said | None, holds: bool, word: Said | None) -> None:
    assert rules.word(wished, own=own, holds=holds) is word


def test_every_purpose_has_words_a_date_a_source_and_a_number_for_each_version() -> None:
    assert list(texts.purposes()) == list(Purpose)
    for known in texts.purposes().values():
        assert [one.no for one in known.versions] == list(range(1, len(known.versions) + 1))
        assert [one.starts for one in known.versions] == sorted(one.starts for one in known.versions)
        assert known.versions[0].is_material
        for one in known.versions:
            assert len(one.digest) == 64 and one.source
            assert one.question.endswith("？")
            for words in (one.holds, one.why, one.who, one.how_long, one.refused):
                assert words.endswith("。") and len(words) < 140
    assert len({one.digest for known in texts.purposes().values() for one in known.versions}) >= len(Purpose)


# Families have answered these words. Never edit a text in place: add a version, then its digest here.
PINNED = {
    ("records", 1): "cd491931bafa3122",
    ("works", 1): "e46d8647f5c4f3cc",
    ("camera", 1): "e923210943b5a0b9",
    ("microphone", 1): "8ed6a0ec89410baa",
    ("companion", 1): "6493e767f03f29a3",
    ("research", 1): "2711da08a290417d",
}


def test_no_answered_text_was_edited_in_place() -> None:
    assert {
        (known.key.value, one.no): one.digest[:16]
        for known in texts.purposes().values()
        for one in known.versions
    } == PINNED
