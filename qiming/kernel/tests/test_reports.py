"""Reports of what the content policy stopped: counted by page, nobody named, whatever is sent."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from qiming.kernel import reports, time
from qiming.kernel.ids import new_id
from qiming.kernel.keeping import SWEEPERS, Holds
from qiming.kernel.models import PolicyReport
from qiming.kernel.throttle import REPORT

OLD = "application/csp-report"
NEW = "application/reports+json"


def send(body: Any, kind: str = OLD) -> int:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return (
        Client(enforce_csrf_checks=True).generic("POST", "/csp-reports/", data, content_type=kind).status_code
    )


def kept() -> list[tuple[str, str, str, int]]:
    return sorted(PolicyReport.objects.values_list("page", "directive", "blocked", "count"))


def old(page: str, directive: str = "script-src-elem", blocked: str = "inline") -> dict[str, Any]:
    return {"csp-report": {"document-uri": page, "effective-directive": directive, "blocked-uri": blocked}}


def test_both_forms_are_counted_by_the_name_of_the_page(db: None) -> None:
    page = f"http://testserver/school/pupils/{new_id()}/?q=王小明"
    assert send(old(page)) == send(old(page)) == 204
    body = {
        "documentURL": page,
        "effectiveDirective": "img-src",
        "blockedURL": "https://elsewhere.example/x?y",
    }
    assert send([{"type": "csp-violation", "body": body}], NEW) == 204
    assert kept() == [
        ("registry.pupil", "img-src", "elsewhere", 1),
        ("registry.pupil", "script-src-elem", "inline", 2),
    ]
    assert reports.recent() == [("registry.pupil", "script-src-elem", 2), ("registry.pupil", "img-src", 1)]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[" * 5000, b"null", b"[1, null, []]", b'{"csp-report": 3}', b"\xff\xfe", b'"x"',
        json.dumps(old("not an address", "王小明", "javascript:王小明")).encode(),
        json.dumps({"csp-report": {"document-uri": ["x"], "effective-directive": {"a": 1}}}).encode(),
        json.dumps(old("http://[", "x" * 9000)).encode(),
    ],
)  # fmt: skip
def test_nonsense_is_taken_without_keeping_a_word_of_it(db: None, body: bytes) -> None:
    assert send(body) == 204
    assert all(row[:2] == ("other", "other") and row[2] in {"elsewhere", "inline"} for row in kept())


@given(st.text(max_size=80), st.text(max_size=40), st.text(max_size=80))
def test_only_words_from_a_list_are_kept(page: str, directive: str, blocked: str) -> None:
    read = reports._read(json.dumps(old(page, directive, blocked)).encode())
    assert read[0][1] in {*reports.DIRECTIVES, "other"}
    assert read[0][2] in {"inline", "eval", "self", "data", "blob", "extension", "elsewhere"} or read[0][
        2
    ].startswith("wasm-eval")


def test_a_flood_is_stopped_and_long_reports_are_refused(db: None) -> None:
    assert send(b"x" * (reports.MAX_BYTES + 1)) == 413
    answers = [send(old("/")) for _ in range(REPORT.burst + 5)]
    assert answers[0] == 204 and answers[-1] == 429
    assert sum(row[3] for row in kept()) <= REPORT.burst


def test_extensions_are_not_our_doing_and_old_counts_go(db: None) -> None:
    send(old("/", blocked="chrome-extension://abc/x.js"))
    assert reports.recent() == []
    later = time.now() + timedelta(days=2)
    assert len(SWEEPERS["kernel.policy_reports"](later, Holds()).ids) == 1
