"""Every feature that obeys consent is known here, with the test that proves it: given → visible, withdrawn → gone at
the next request. A feature registered without a proof fails; so does code that asks past the register."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

from qiming.trust import consent, texts
from qiming.trust.types import Purpose

ROOT = Path(settings.ROOT)

# consumer → (file, test): the test withdraws consent between two requests.
PROOFS = {
    "assist.companion": (
        "qiming/assist/tests/test_companion.py",
        "test_without_consent_it_stays_shut_and_shuts_at_the_next_thing_said",
    ),
    "insight.class": (
        "qiming/insight/tests/test_consent.py",
        "test_a_class_report_names_those_who_consent_and_drops_one_at_the_next_request",
    ),
    "insight.pupil": (
        "qiming/insight/tests/test_consent.py",
        "test_a_pupils_report_opens_and_closes_with_consent",
    ),
    "learning.camera": (
        "qiming/learning/tests/test_consent.py",
        "test_after_withdrawal_pictures_are_hidden_at_once_and_then_deleted",
    ),
    "learning.gallery": (
        "qiming/learning/labs/tests/test_class.py",
        "test_classmates_works_are_seen_with_consent_without_names_and_gone_after_withdrawal",
    ),
    "learning.microphone": (
        "qiming/learning/labs/tests/test_microphone.py",
        "test_a_pupil_records_only_with_consent_and_the_schools_switch",
    ),
    "learning.research": (
        "qiming/learning/tests/test_research.py",
        "test_who_withdrew_is_in_no_later_extract",
    ),
    "learning.wall": (
        "qiming/learning/tests/test_consent.py",
        "test_a_work_is_shown_with_consent_and_gone_at_the_next_poll_after_withdrawal",
    ),
    "teaching.homework": (
        "qiming/teaching/tests/test_photo_consent.py",
        "test_whom_homework_was_given_to_leaves_the_class_only_with_consent",
    ),
    "teaching.photos": (
        "qiming/teaching/tests/test_photo_consent.py",
        "test_shown_with_consent_and_gone_at_the_next_request",
    ),
}
WITHOUT: set[Purpose] = set()


def test_no_consumer_is_without_its_proof() -> None:
    assert {one.key for one in consent.consumers()} == set(PROOFS)


@pytest.mark.parametrize("key", PROOFS)
def test_the_proof_is_there_and_withdraws(key: str) -> None:
    file, name = PROOFS[key]
    tree = ast.parse((ROOT / file).read_text())
    test = next(one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == name)
    calls = {ast.unparse(node.func) for node in ast.walk(test) if isinstance(node, ast.Call)}
    assert calls & {"testing.take_back", "testing.says"}, f"{name} never withdraws"
    assert sum(isinstance(node, ast.Assert) for node in ast.walk(test)) >= 2


def test_a_purpose_without_a_consumer_is_one_we_know_of() -> None:
    unused = {purpose for purpose in texts.purposes() if not consent.used_by(purpose)}
    assert unused == WITHOUT


def test_higher_rooms_ask_through_the_register_only() -> None:
    asked = []
    for path in (ROOT / "qiming").rglob("*.py"):
        room = path.relative_to(ROOT / "qiming").parts[0]
        if room == "trust" or "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("qiming.trust"):
                asked += [str(path) for name in node.names if name.name in {"consented", "consented_among"}]
    assert not asked, "register a consumer in the room's consent.py and ask through it"
