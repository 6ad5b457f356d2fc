"""`make audit`: known vulnerabilities in what the lock files name. Needs the advisory services, so it is no part of
`make test`; without them it says that nothing could be checked instead of saying that all is well."""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TIMEOUT_S = 180
LOCKS = ("requirements.lock", "requirements-dev.lock")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one lock file's audit said."""

    lock: str
    checked: int = 0
    found: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    trouble: str = ""

    def says(self) -> list[str]:
        lines = [f"{self.lock}: {one}" for one in self.found]
        if self.trouble:
            lines.append(f"{self.lock}: COULD NOT BE CHECKED ({self.trouble})")
        elif self.unchecked:
            lines.append(
                f"{self.lock}: {len(self.unchecked)} packages COULD NOT BE CHECKED: {', '.join(self.unchecked[:5])} …"
            )
        if self.checked and not self.found:
            lines.append(f"{self.lock}: {self.checked} packages checked, nothing known against them")
        return lines


def python_outcome(lock: str, told: str) -> Outcome:
    """Read what pip-audit writes as JSON."""
    try:
        packages: list[dict[str, Any]] = json.loads(told)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Outcome(lock, trouble="the advisory service did not answer")
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    found = [
        f"{one['name']} {one['version']}: {bug['id']}, mended in {', '.join(bug['fix_versions']) or 'no version yet'}"
        for one in packages
        for bug in one.get("vulns", ())
    ]
    return Outcome(lock, len(packages) - len(skipped), found, skipped)


def node_outcome(lock: str, told: str) -> Outcome:
    """Read what `npm audit` writes as JSON."""
    try:
        answer: dict[str, Any] = json.loads(told)
        vulnerable: dict[str, Any] = answer["vulnerabilities"]
        checked = int(answer["metadata"]["dependencies"]["total"])
    except (ValueError, KeyError, TypeError):
        return Outcome(lock, trouble="the advisory service did not answer")
    found = [f"{name} {one['range']}: {one['severity']}" for name, one in vulnerable.items()]
    return Outcome(lock, checked, found)


def _run(command: list[str], folder: Path) -> str:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout


def main() -> int:
    """Audit every lock file; 1 when something is known against a package."""
    audit = [
        str(Path(sys.executable).parent / "pip-audit"),
        "--disable-pip",
        "--require-hashes",
        "-f",
        "json",
    ]
    outcomes = [
        python_outcome(lock, _run([*audit, "--progress-spinner", "off", "-r", lock], ROOT)) for lock in LOCKS
    ]
    npm = [sys.executable, "-m", "qiming.site.node", "npm", "audit", "--json"]
    outcomes.append(node_outcome("web/package-lock.json", _run(npm, ROOT / "web")))
    for outcome in outcomes:
        print("\n".join(outcome.says()))
    return 1 if any(outcome.found for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
