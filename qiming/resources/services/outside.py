"""What the screening asks of programs and places beside the platform: a virus scanner where one is installed, links
where the operator let the installation ask their servers. What could not be asked is said, not passed over."""

import logging
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qiming.kernel import fetch
from qiming.resources.types import Finding, Level

log = logging.getLogger(__name__)
SCANNERS = {"clamdscan": ("--fdpass",), "clamscan": ("-r",)}  # the daemon first: it has its list in memory
SCAN_S = 300
MOST_LINKS = 20
INFECTED = 1
GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class Asked:
    """What was found, and what nobody could look at, in words."""

    findings: tuple[Finding, ...] = ()
    unchecked: tuple[str, ...] = ()


def viruses(files: Mapping[str, bytes]) -> Asked:
    """Let ClamAV look at texts and pictures, by where they stand."""
    scanner = next((name for name in SCANNERS if shutil.which(name)), "")
    if not files:
        return Asked()
    if not scanner:
        return Asked(unchecked=("病毒（没有装查毒程序 ClamAV）",))
    with tempfile.TemporaryDirectory(prefix="qiming-screen-") as folder:
        names = {}
        for number, (where, body) in enumerate(files.items()):
            path = Path(folder) / f"{number:05}"
            path.write_bytes(body)
            names[str(path)] = where
        command = [scanner, *SCANNERS[scanner], "--no-summary", "--infected", folder]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=SCAN_S, check=False)
        except (OSError, subprocess.TimeoutExpired):
            log.exception("%s did not run", scanner)
            return Asked(unchecked=("病毒（查毒程序没有跑完）",))
    if done.returncode not in (0, INFECTED):
        log.error("%s ended with %s", scanner, done.returncode)
        return Asked(unchecked=("病毒（查毒程序没有跑成）",))
    said = [line.rpartition(": ") for line in done.stdout.splitlines() if line.endswith(" FOUND")]
    return Asked(
        tuple(
            Finding("virus", Level.STOP, names.get(path, "整份"), f"查毒程序报告：{what[:80]}。请换掉。")
            for path, _, what in said
        )
    )


def dead_links(links: Sequence[tuple[str, str]]) -> Asked:
    """`links` as (where, address): those whose server answers that there is nothing are found."""
    allowed = fetch.Outward.from_environment(os.environ)
    found, left = [], 0
    for where, link in list(dict.fromkeys(links))[:MOST_LINKS]:
        try:
            allowed.origin_of(link)
        except fetch.OutwardRefused:
            left += 1
            continue
        if _is_gone(link, allowed):
            found.append(Finding("links", Level.LOOK, where, f"链接 {link[:80]} 打不开了：请看要不要换。"))
    left += max(0, len(set(links)) - MOST_LINKS)
    said = (f"{left}个链接有没有失效（没有打开对这些网站的访问）",) if left else ()
    return Asked(tuple(found), said)


def together(several: Iterable[Asked]) -> Asked:
    parts = list(several)
    return Asked(
        tuple(one for part in parts for one in part.findings),
        tuple(one for part in parts for one in part.unchecked),
    )


def _is_gone(link: str, allowed: fetch.Outward) -> bool:
    with fetch.session(fetch.Limits(seconds=5.0, bytes=64 * 1024, redirects=3), allowed) as session:
        try:
            return session.get(link).status_code in GONE
        except OSError:  # what the fetcher refuses or fails at
            # A server that is down for a moment is no dead link.
            return False
