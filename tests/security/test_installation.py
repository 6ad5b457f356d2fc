"""How an installation stands: Django's own examination behind TLS, secrets from the environment and nowhere else."""

import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, override_settings

from qiming.kernel.logs import PlainLines
from qiming.registry import secrets
from qiming.site import database, doctor, home, supervisor

ROOT = Path(settings.ROOT)
KEY = "a-key-of-more-than-fifty-characters-0123456789-abcdefgh"
SECURE = {
    "QIMING_HTTPS": "1",
    "TRUST_PROXY": "1",
    "QIMING_HOSTS": "qiming.example.edu.cn",
    "QIMING_SECRET": KEY,
}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    given = {name: value for name, value in os.environ.items() if name != "QIMING_TESTING"} | environment
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=given,
        capture_output=True,
        text=True,
        check=False,
    )


def test_djangos_examination_for_deployment_finds_nothing() -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", **SECURE)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_every_silenced_check_has_its_reason_beside_it() -> None:
    text = (ROOT / "qiming" / "site" / "settings.py").read_text()
    block = text.split("SILENCED_SYSTEM_CHECKS = [")[1].split("\n]")[0]
    silenced = re.findall(r'^    "([^"]+)"', block, re.MULTILINE)
    assert silenced == settings.SILENCED_SYSTEM_CHECKS
    assert block.count("#") >= 3
    assert [one for one in silenced if one.startswith("security.")] == [
        "security.W002",
        "security.W005",
        "security.W021",
    ]


def shown(*names: str, **environment: str) -> list[str]:
    code = f"from django.conf import settings as s; print('\\n'.join(str(getattr(s, n)) for n in {names!r}))"
    done = manage("shell", "--no-imports", "-v", "0", "-c", code, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()


def test_behind_tls_cookies_are_bound_to_the_host_and_plain_requests_led_to_tls() -> None:
    names = (
        "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
        "SECURE_HSTS_SECONDS", "SECURE_SSL_REDIRECT",
    )  # fmt: skip
    told = shown(*names, **SECURE)
    assert told == ["__Host-sessionid", "__Host-csrftoken", "True", "True", "31536000", "True"]
    assert shown(*names[:3], QIMING_HTTPS="0") == ["sessionid", "csrftoken", "False"]


@override_settings(
    HTTPS=True, SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"), SECURE_HSTS_SECONDS=31_536_000
)
def test_every_cookie_is_secure_behind_tls(db: None) -> None:
    answer = Client().get("/sign-in/", headers={"X-Forwarded-Proto": "https"})
    assert answer["Strict-Transport-Security"].startswith("max-age=31536000")
    assert answer.cookies and all(
        cookie["secure"] and cookie["samesite"] for cookie in answer.cookies.values()
    )


def test_secrets_may_come_from_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QIMING_SECRET", "QIMING_SECRET_FALLBACKS"):
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    monkeypatch.setenv("QIMING_SECRET_FILE", str(file))
    assert home.secret() == KEY
    monkeypatch.setenv("QIMING_SECRET", "given-directly")
    assert home.secret() == "given-directly"
    monkeypatch.setenv("QIMING_SECRET_FALLBACKS", " older , oldest ,")
    assert home.earlier_secrets() == ["older", "oldest"]
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "url").write_text("postgresql://u:p@h/d\n")
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "url"))
    assert home.database_url() == "postgresql://u:p@h/d"
    assert database.django_database("app")["PASSWORD"] == "p"


def test_a_changed_key_keeps_cards_and_what_was_signed() -> None:
    told = shown(
        "SECRET_KEY",
        "SECRET_KEY_FALLBACKS",
        "DERIVATION_KEY",
        QIMING_SECRET="new",
        QIMING_SECRET_FALLBACKS="mid,old",
    )
    assert told == ["new", "['mid', 'old']", "old"]
    card = "01900000-0000-7000-8000-000000000000"
    with override_settings(SECRET_KEY="old", DERIVATION_KEY="old"):
        before = secrets.card_token(card, 1)  # type: ignore[arg-type]
    with override_settings(SECRET_KEY="new", DERIVATION_KEY="old"):
        assert secrets.card_token(card, 1) == before  # type: ignore[arg-type]


def test_no_secret_stands_in_a_command_line_or_in_a_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIMING_SECRET", KEY)
    for part in (supervisor._web("127.0.0.1", 8000, 1), *map(supervisor._step, ("worker", "judge"))):
        assert KEY not in " ".join(part.command) and "postgresql://" not in " ".join(part.command)
    record = logging.LogRecord(
        "x", logging.ERROR, "", 0, "cannot reach postgresql://qiming:hidden@h/d", (), None
    )
    assert "hidden" not in PlainLines("%(message)s").format(record)


def test_an_error_page_tells_nothing_of_the_installation(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(request: object) -> None:
        raise RuntimeError(f"secret {settings.SECRET_KEY}")

    monkeypatch.setattr("qiming.registry.views.door._door", breaks)
    answer = Client(raise_request_exception=False).get("/sign-in/")
    text = answer.content.decode()
    assert answer.status_code == 500
    for hidden in (settings.SECRET_KEY, "Traceback", "RuntimeError", str(ROOT), "Django", "Python"):
        assert hidden not in text
    assert "Server" not in answer.headers and "X-Powered-By" not in answer.headers


def remedies() -> list[str]:
    return [one.remedy for one in doctor._secrets() if not one.ok]


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(
            ("QIMING_SECRET", "QIMING_OUTWARD", "QIMING_HTTPS", "TRUST_PROXY", "DATABASE_URL_")
        ):
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({"QIMING_SECRET": "short"}, "50"),
        ({"QIMING_SECRET": "a" * 60}, "50"),
        ({"QIMING_SECRET": KEY, "QIMING_SECRET_FALLBACKS": "short"}, "50"),
        ({"QIMING_HTTPS": "1"}, "TRUST_PROXY"),
        ({"QIMING_OUTWARD": "http://elsewhere.example"}, "QIMING_OUTWARD"),
        ({"QIMING_SECRET_FILE": "/nowhere/at/all"}, "读"),
    ],
)
def test_the_doctor_sees_weak_missing_and_contradicting_settings(
    bare: None, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], word: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert any(word in remedy for remedy in remedies()), remedies()


def test_the_doctor_sees_a_secret_that_others_can_read(
    bare: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "key"
    file.write_text(KEY)
    file.chmod(0o644)
    monkeypatch.setenv("QIMING_SECRET_FILE", str(file))
    assert remedies() == [f"请运行 chmod 600 {file}"]
    file.chmod(0o600)
    assert remedies() == []
