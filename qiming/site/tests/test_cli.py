"""The operator's command: help needs no database; the access document is what the tables say."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from qiming.site import access_doc

COMMANDS = [
    [],
    ["up"],
    ["demo"],
    ["migrate"],
    ["doctor"],
    ["backup"],
    ["restore"],
    ["bundle"],
    ["web"],
    ["worker"],
    ["judge"],
    ["prepare"],
    ["content", "sync"],
    ["content", "stats"],
    ["content", "check"],
    ["roster", "import"],
    ["periods", "status"],
    ["periods", "recompute"],
    ["simulate", "city"],
]


def test_help_needs_no_database(tmp_path: Path) -> None:
    """One process asks for every help: starting Python ten times would be most of the test."""
    code = (
        "from typer.testing import CliRunner\nfrom qiming.site.cli import app\nimport sys\n"
        f"for words in {COMMANDS!r}:\n"
        "    sys.argv = ['qiming', *words, '--help']\n"
        "    done = CliRunner().invoke(app, [*words, '--help'])\n"
        "    assert done.exit_code == 0 and 'Usage' in done.output, (words, done.output, done.exception)\n"
    )
    environment = {
        key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "QIMING_TESTING"}
    }
    environment["QIMING_HOME"] = str(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "pg").exists()


def test_every_address_says_what_it_demands() -> None:
    assert [
        path for path, _, door in access_doc.pages() if door is None and not path.startswith("/api/")
    ] == []
    assert [found for found in access_doc.operations() if found[2] is None] == []


def test_the_document_is_checked_and_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_doc, "TARGET", tmp_path / "docs" / "access.md")
    assert access_doc.run(check=True) == 1
    assert access_doc.run(check=False) == 0
    assert access_doc.run(check=True) == 0
    assert "`/sign-in/`" in access_doc.TARGET.read_text()
