"""What a person meets when something is broken, and what the log keeps of it."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.test import Client, RequestFactory
from psycopg import errors
from psycopg_pool import PoolTimeout

from qiming.kernel import away, middleware
from qiming.kernel.logs import PlainLines, without_secrets

AWAY = "数据库正在恢复，请等一会儿"
WORDS = "出了点问题，这不是你的错"


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    away.forget()
    yield
    away.forget()


@pytest.fixture
def browser() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def without_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", refuse)


@pytest.mark.parametrize("path", ["/", "/sign-in/", "/c/abcdefgh", "/alive", "/teach/"])
def test_without_a_database_pages_say_so_in_words(without_database: None, browser: Client, path: str) -> None:
    browser.cookies["sessionid"] = "somebody"
    answer = browser.get(path)
    assert answer.status_code in (200, 503)
    if answer.status_code == 503:
        assert AWAY in answer.content.decode() and answer["Retry-After"] == "5"
        assert 'http-equiv="refresh" content="5"' in answer.content.decode()


def test_without_a_database_a_form_is_not_sent_again_unasked(without_database: None, browser: Client) -> None:
    answer = browser.post(
        "/sign-in/",
        {"username": "a", "password": "b"},
        headers={"Referer": "http://testserver/sign-in/?next=/x"},
    )
    assert answer.status_code == 503
    assert "refresh" not in answer.content.decode()
    assert "http://testserver/sign-in/?next=/x" in answer.content.decode()
    elsewhere = browser.post("/sign-in/", {"username": "a"}, headers={"Referer": "http://evil.example/"})
    assert "evil" not in elsewhere.content.decode()


def test_without_a_database_a_program_gets_a_problem(without_database: None, browser: Client) -> None:
    answer = browser.get("/alive", headers={"Accept": "application/json"})
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["title"] == AWAY and answer.json()["kept"]


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (errors.DiskFull(), "磁盘满了"),
        (errors.DeadlockDetected(), "有人同时在改"),
        (errors.SerializationFailure(), "有人同时在改"),
        (errors.AdminShutdown(), AWAY),
        (None, AWAY),
    ],
)
def test_each_trouble_of_the_database_has_its_words(cause: Exception | None, words: str) -> None:
    error = OperationalError("x")
    error.__cause__ = cause
    trouble = away.trouble_of(error)
    assert trouble and words in trouble.message
    assert away.trouble_of(ValueError()) is None is away.trouble_of(IntegrityError())


def test_while_it_is_known_to_be_away_nobody_waits(browser: Client) -> None:
    """No `db` fixture: a question to the database would fail this test."""
    error = OperationalError("x")
    error.__cause__ = PoolTimeout()
    request = RequestFactory().get("/")
    answered = away.answer_for(request, error)
    assert answered and answered.status_code == 503
    assert browser.get("/alive").status_code == 503


def test_on_a_full_disk_reading_goes_on_and_writing_is_refused(
    db: None, browser: Client, settings: Any
) -> None:
    settings.RESERVE_BYTES = 10**18
    assert browser.get("/sign-in/").status_code == 200
    refused = browser.post("/sign-in/", {"username": "a", "password": "b"})
    assert refused.status_code == 503 and "磁盘满了" in refused.content.decode()
    assert refused["Retry-After"] == "60"
    settings.RESERVE_BYTES = 0
    away.forget()
    assert browser.post("/sign-in/", {"username": "a", "password": "b"}).status_code != 503


def test_when_even_the_error_page_breaks_there_are_words(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no template")

    monkeypatch.setattr(connection, "cursor", broken)
    monkeypatch.setattr(middleware, "render", broken)
    answer = browser.get("/alive")
    assert answer.status_code == 500
    assert WORDS in answer.content.decode()


def test_a_host_that_is_not_ours(browser: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["qiming.example"]
    answer = browser.get("/alive", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "没有被接受" in answer.content.decode()


def test_no_page_is_kept_by_a_shared_cache(db: None, browser: Client) -> None:
    answer = browser.get("/sign-in/")
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Internal Server Error: /c/Zm9vYmFyYmF6cXV4MTIz", "Internal Server Error: /c/…"),
        ("Not Found: /sign-in/code/4711/", "Not Found: /sign-in/code/…/"),
        ("duplicate key\nDETAIL:  Key (username)=(wangxm) already exists.", "duplicate key\nDETAIL: …"),
        ("postgresql://qiming_app:s3cret@127.0.0.1:5/qiming", "postgresql://qiming_app:…@127.0.0.1:5/qiming"),
        ("/teach/periods/1/ slow", "/teach/periods/1/ slow"),
    ],
)
def test_a_log_line_opens_no_door(said: str, kept: str) -> None:
    assert without_secrets(said) == kept


def test_a_traceback_in_the_log_names_nobody() -> None:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(PlainLines("%(message)s"))
    log = logging.Logger("qiming.test")
    log.addHandler(handler)
    said = "broke\nDETAIL:  Key (name)=(王小明) already exists."
    try:
        raise ValueError(said)
    except ValueError:
        log.exception("failed at %s", "/c/Zm9vYmFyYmF6cXV4MTIz")
    assert "ValueError" in out.getvalue()
    assert "王小明" not in out.getvalue() and "Zm9v" not in out.getvalue()


def test_every_handler_blanks_out_secrets(settings: Any) -> None:
    formatters = settings.LOGGING["formatters"]
    for handler in settings.LOGGING["handlers"].values():
        assert formatters[handler["formatter"]]["()"] == "qiming.kernel.logs.PlainLines"
