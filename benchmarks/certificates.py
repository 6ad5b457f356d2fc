"""python -m benchmarks.certificates: what signing and checking a certificate costs, in processor time of one process.

Without a database: the signature in both forms, reading what somebody brings, the list of those taken back. What an
installation adds (a few rows) is small beside the canonical form and isn't measured here.
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks import machine, results
from benchmarks.results import Line

BY = "https://ai.example.cn/certificates/issuers/k7/"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="certificates for each figure")
    parser.add_argument("--no-save", dest="save", action="store_false")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiming.site.settings")
    before = {"reference_ms": machine.reference_ms(), "load": machine.load()}
    lines = [
        Line("ours", what, "CPU ms", _cpu_ms(act, given.count), more={"count": given.count})
        for what, act in _acts().items()
    ]
    print(results.table(lines))
    if given.save:
        run = {
            "command": machine.command("benchmarks.certificates"),
            "commit": machine.commit(),
            "machine": machine.machine(),
            "versions": machine.versions(),
            "before": before,
            "after": {"reference_ms": machine.reference_ms(), "load": machine.load()},
        }
        print(results.keep(machine.ROOT / "benchmarks" / "results", "certificates", run, lines))


def _acts() -> dict[str, Callable[[], object]]:
    from qiming.credentials.rules import documents, proof, reading, status, token
    from qiming.credentials.types import AchievementSaid, Evidence

    now = datetime.now(UTC).replace(microsecond=0)
    key, whole = Ed25519PrivateKey.generate(), generate_private_key(SECP256R1())
    public, jwk = key.public_key().public_bytes_raw(), token.jwk(token.public_text(whole.public_key()))
    parts = documents.Parts(
        url="https://ai.example.cn/certificates/7h2k/",
        issuer_url=BY,
        issuer_name="示例市",
        achievement_url="https://ai.example.cn/certificates/achievements/ab/",
        achievement=AchievementSaid("included", "教学资源收录证书", "收录到货架", "评审都同意，有学校在用"),
        about="《认识数据》第2版",
        subject="urn:uuid:5f0b6f86-6c1f-4f6e-9e39-0a6a3a3f2c11",
        identity=documents.of_organisation("示例一中"),
        list_url="https://ai.example.cn/certificates/status/q1/",
        index=4711,
        since=now,
        evidence=[("urn:uuid:0d5a2f0c-0d5b-4dd0-9d1e-5d3f5b0e7a55", Evidence("评审结论", "都同意"))],
    )
    document = documents.credential(parts)
    signed = proof.sign(document, key, method=f"{BY}#z6Mk", at=now)
    said = token.sign(document, whole, kid=token.address(BY, "x.y"), since=now, until=None)
    file, taken = json.dumps(signed, ensure_ascii=False).encode(), set(range(0, 131_072, 500))

    def read() -> dict[str, Any]:
        return reading.read(file).document

    return {
        "signed, embedded proof": lambda: proof.sign(document, key, method=f"{BY}#z6Mk", at=now),
        "signed, token": lambda: token.sign(document, whole, kid=BY, since=now, until=None),
        "checked, embedded proof": lambda: proof.check(read(), public),
        "checked, token": lambda: token.check(said, jwk),
        "read what was brought": read,
        "list of 262 taken back": lambda: status.encode(taken),
    }


def _cpu_ms(act: Callable[[], object], count: int) -> float:
    """The median of nine rounds: a neighbour on the machine moves a single one."""
    act()
    found = []
    for _ in range(9):
        began = time.process_time()
        for _ in range(max(1, count // 9)):
            act()
        found.append((time.process_time() - began) / max(1, count // 9))
    return round(1000 * statistics.median(found), 3)


if __name__ == "__main__":
    main()
