"""What is installed is what was chosen: locks with hashes, no host names in them, and an audit that does not flatter."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests import audit

ROOT = Path(settings.ROOT)


@pytest.mark.parametrize("lock", audit.LOCKS)
def test_every_python_package_is_pinned_by_hash(lock: str) -> None:
    text = (ROOT / lock).read_text()
    packages = [one for one in re.split(r"\n(?=[^\s#])", text) if one.strip() and not one.startswith("#")]
    assert len(packages) > 30
    assert not [
        one for one in packages if not re.match(r"[\w.\[\],-]+==\S+", one) or "--hash=sha256:" not in one
    ]
    assert not re.search(r"https?://|--(extra-)?index|--trusted-host|@ file:", text)


def test_every_package_of_the_front_end_is_pinned_by_hash() -> None:
    lock: dict[str, Any] = json.loads((ROOT / "web" / "package-lock.json").read_text())
    packages = {name: one for name, one in lock["packages"].items() if name and not one.get("link")}
    assert len(packages) > 30
    assert not [name for name, one in packages.items() if not one.get("integrity", "").startswith("sha512-")]
    assert not [name for name, one in packages.items() if "resolved" in one]
    wanted: dict[str, str] = (
        lock["packages"][""].get("dependencies", {}) | lock["packages"][""]["devDependencies"]
    )
    assert not [name for name, version in wanted.items() if not re.fullmatch(r"\d+\.\d+\.\d+\S*", version)]


def test_the_installing_commands_insist_on_hashes() -> None:
    makefile = (ROOT / "Makefile").read_text()
    installs = [line for line in makefile.splitlines() if "pip install" in line and "-r " in line]
    assert installs and all("--require-hashes" in line for line in installs)
    assert "npm ci" in makefile and "npm install" not in makefile


def python_told(*packages: dict[str, Any]) -> str:
    return json.dumps({"dependencies": list(packages)})


GOOD: dict[str, Any] = {"name": "a", "version": "1", "vulns": []}
BAD: dict[str, Any] = {"name": "b", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["3"]}]}
SKIPPED: dict[str, Any] = {"name": "c", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("outcome", "says", "found"),
    [
        (audit.python_outcome("l", python_told(GOOD)), "1 packages checked", 0),
        (audit.python_outcome("l", python_told(GOOD, BAD)), "b 2: CVE-1, mended in 3", 1),
        (audit.python_outcome("l", python_told(SKIPPED)), "1 packages COULD NOT BE CHECKED", 0),
        (audit.python_outcome("l", ""), "COULD NOT BE CHECKED", 0),
        (audit.python_outcome("l", "[]"), "COULD NOT BE CHECKED", 0),
        (audit.node_outcome("l", '{"message": "405"}'), "COULD NOT BE CHECKED", 0),
        (
            audit.node_outcome("l", '{"vulnerabilities": {}, "metadata": {"dependencies": {"total": 9}}}'),
            "9 packages checked",
            0,
        ),
        (
            audit.node_outcome(
                "l",
                '{"vulnerabilities": {"x": {"range": "<2", "severity": "high"}}, "metadata": {"dependencies": {"total": 9}}}',
            ),
            "x <2: high",
            1,
        ),
    ],
)
def test_an_audit_without_its_services_does_not_say_that_all_is_well(
    outcome: audit.Outcome, says: str, found: int
) -> None:
    text = "\n".join(outcome.says())
    assert says in text and len(outcome.found) == found
    assert ("nothing known" in text) == bool(outcome.checked and not found)
