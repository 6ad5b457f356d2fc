"""What the doctor looks at around the installation: disk, backups, clock, addresses. Mostly things that can wait."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from qiming.site import home, listening
from qiming.site.findings import Finding

BACKUP_TOO_OLD = timedelta(days=2)
MIN_FREE_INODES = 10_000
CLOCK_MAY_DIFFER = timedelta(minutes=5)


def disk(root: Path, min_free_bytes: int) -> Iterator[Finding]:
    """Room for data; the number of files a disk can take runs out as well."""
    found = os.statvfs(root)
    free = found.f_bavail * found.f_frsize
    yield Finding(
        f"磁盘还剩 {free / 1024**3:.1f} GB",
        free >= min_free_bytes,
        "少于 2 GB：请清理磁盘，或把 QIMING_HOME 换到别的盘",
    )
    inodes = found.f_favail
    yield Finding(
        "磁盘还能放很多文件",
        found.f_files == 0 or inodes >= MIN_FREE_INODES,  # some file systems count none
        f"只能再放 {inodes} 个文件：请删掉不用的小文件，或把 QIMING_HOME 换到别的盘",
    )


def backups(root: Path) -> Iterator[Finding]:
    """Whether there is a backup of late; a demo city needs none."""
    remedy = "请运行 qiming backup 目录，并让它每天自动运行（docs/operations.md）；目录最好在另一台机器上"
    try:
        last = json.loads((root / "last_backup.json").read_text(encoding="utf-8"))
        age = datetime.now(UTC) - datetime.fromisoformat(last["made_at"])
    except (OSError, ValueError, KeyError, TypeError):
        demo = (root / "demo-accounts.txt").exists()
        yield Finding("示例城市不用备份" if demo else "从来没有备份过", demo, remedy, is_urgent=False)
        return
    yield Finding(
        f"上次备份在 {age.days * 24 + age.seconds // 3600} 小时前",
        age <= BACKUP_TOO_OLD,
        remedy,
        is_urgent=False,
    )
    yield Finding(
        "上次备份里没有坏文件",
        not last.get("damaged"),
        f"有 {last.get('damaged')} 个上传文件坏了或不见了：请从更早的备份的 files/ 里找回同名文件",
        is_urgent=False,
    )


def clock() -> Iterator[Finding]:
    """A clock that was never set stands before the day this program was written."""
    told = os.environ.get("QIMING_CLOCK")
    yield Finding("时钟是真的", not told, "请去掉环境变量 QIMING_CLOCK：它只用于演示，会让课时记到别的日子")
    written = datetime.fromtimestamp(Path(home.__file__).stat().st_mtime, UTC)
    yield Finding(
        "时钟没有停在过去",
        datetime.now(UTC) > written - timedelta(days=1),
        f"现在显示 {datetime.now(UTC):%Y-%m-%d}，比程序的日期还早：请打开自动对时",
    )


def clock_against_data(newest: datetime | None, database_now: datetime) -> Iterator[Finding]:
    """The clock of this machine beside the database server's, and beside the newest thing on record."""
    now = datetime.now(UTC)
    apart = abs(now - database_now)
    yield Finding(
        "本机和数据库的时钟一致",
        apart < CLOCK_MAY_DIFFER,
        f"相差 {int(apart.total_seconds())} 秒：请在两台机器上打开自动对时",
        is_urgent=False,
    )
    ahead = newest is not None and newest > now + CLOCK_MAY_DIFFER
    shifted = bool(os.environ.get("QIMING_CLOCK"))
    yield Finding(
        "没有记在将来的操作",
        not ahead or shifted,
        f"最后一条操作记在 {newest:%Y-%m-%d %H:%M}（世界时），比现在晚：时钟曾经走快过，请打开自动对时，核对那段时间的课"
        if newest
        else "",
        is_urgent=False,
    )


def addresses() -> Iterator[Finding]:
    """IPv6 is not demanded; it is said when HOST asks for it in vain."""
    host = os.environ.get("HOST", "")
    has = listening.has_ipv6()
    yield Finding(
        "这台机器有 IPv6" if has else "这台机器没有 IPv6",
        has or ":" not in host,
        f"HOST={host} 用不了：请在系统里打开 IPv6，或改用 HOST=0.0.0.0",
        is_urgent=False,
    )
