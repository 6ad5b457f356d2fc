"""What is wrong with this installation, and how to mend it."""

import os
import platform
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import psycopg

from qiming.kernel.fetch import Outward
from qiming.site import database, home, judging, lake, surroundings, ways_in
from qiming.site.findings import Finding

__all__ = ["Finding", "examine"]

MIN_FREE_BYTES = 2 * 1024**3
MIN_SECRET_CHARACTERS = 50
WAITS_TOO_LONG = timedelta(minutes=10)


Check = Callable[[], Iterator[Finding]]


def examine() -> list[Finding]:
    """Look at everything; a check that cannot run is itself a finding."""
    findings: list[Finding] = []
    checks: list[Check] = [
        _python,
        _folders,
        _secrets,
        _front_end,
        _database,
        _contents,
        judging.judging,
        lake.lake,
        ways_in.sign_in,
        ways_in.public_address,
    ]
    for check in checks:
        try:
            findings += check()
        except Exception as trouble:
            findings.append(
                Finding(
                    f"{check.__name__.strip('_')}: {trouble}",
                    False,
                    "先改正上面的问题，再运行一次 qiming doctor",
                )
            )
        if findings and not findings[-1].ok and check is _database:
            break
    return findings


def _python() -> Iterator[Finding]:
    version = platform.python_version()
    yield Finding(
        f"Python {version}",
        sys.version_info >= (3, 11),
        "请用 Python 3.11 或更新的版本重建 .venv：make clean run",
    )


def _folders() -> Iterator[Finding]:
    try:
        root = home.path()
    except OSError as trouble:
        yield Finding(
            f"数据目录打不开：{trouble}", False, "请检查 QIMING_HOME 和它上级目录的权限，或另设 QIMING_HOME"
        )
        return
    yield Finding(
        f"数据目录 {root} 可以写",
        os.access(root, os.W_OK),
        f"请把 {root} 的写权限给运行启明的用户，或另设 QIMING_HOME",
    )
    yield from surroundings.disk(root, MIN_FREE_BYTES)
    for name, what in (("secret_key", "签名密钥"), ("pg.json", "数据库密码")):
        keep = root / name
        exposed = keep.exists() and keep.stat().st_mode & 0o077 != 0
        yield Finding(f"{what}只有所有者能读", not exposed, f"请运行 chmod 600 {keep}")
    yield from surroundings.backups(root)
    yield from surroundings.clock()
    yield from surroundings.addresses()


def _secrets() -> Iterator[Finding]:
    for name in ("QIMING_SECRET", "QIMING_SECRET_FALLBACKS", "DATABASE_URL", "DATABASE_OWNER_URL"):
        if file := os.environ.get(f"{name}_FILE"):
            yield from _secret_file(name, Path(file))
            if not os.access(file, os.R_OK):
                return
    keys = [home.given("QIMING_SECRET"), *home.earlier_secrets()]
    if any(keys):
        yield Finding(
            "签名密钥够长",
            not any(_is_weak(key) for key in keys if key),
            "请换成至少 50 个随机字符，把旧的放进 QIMING_SECRET_FALLBACKS（见 docs/security.md）",
        )
    https, proxy = (os.environ.get(name) == "1" for name in ("QIMING_HTTPS", "TRUST_PROXY"))
    yield Finding(
        "HTTPS 和反向代理的设置相配",
        not https or proxy,
        "QIMING_HTTPS=1 时请同时设 TRUST_PROXY=1，并让反向代理改写 X-Forwarded-For 和 X-Forwarded-Proto",
    )
    try:
        Outward.from_environment(os.environ)
    except ValueError as trouble:
        yield Finding(
            f"允许访问的外部服务器写错了：{trouble}",
            False,
            "请改正 QIMING_OUTWARD 或 QIMING_OUTWARD_NETWORKS",
        )


def _secret_file(name: str, file: Path) -> Iterator[Finding]:
    if not os.access(file, os.R_OK):
        yield Finding(f"{name}_FILE 指的文件读不到", False, f"请检查 {file} 在不在，运行启明的用户能不能读")
        return
    exposed = file.stat().st_mode & 0o077 != 0
    yield Finding(f"{name}_FILE 只有所有者能读", not exposed, f"请运行 chmod 600 {file}")


def _is_weak(key: str) -> bool:
    return len(key) < MIN_SECRET_CHARACTERS or len(set(key)) < 12


def _front_end() -> Iterator[Finding]:
    manifest = home.shipped("web", "dist", ".vite", "manifest.json")
    remedy = "请运行 make web" if home.is_checkout() else "安装不完整：请重新运行安装包里的 install.sh"
    yield Finding("页面资源已经构建", manifest.exists(), remedy)
    if manifest.exists() and home.is_checkout():
        stale = _newest(home.shipped("web", "src")) > manifest.stat().st_mtime
        yield Finding("页面资源是最新的", not stale, "web/src 比构建结果新：请运行 make web", is_urgent=False)


def _newest(folder: Path) -> float:
    return max((entry.stat().st_mtime for entry in folder.rglob("*") if entry.is_file()), default=0.0)


def _database() -> Iterator[Finding]:
    if url := home.database_url():
        yield from _own_server(url)
        return
    running = database.is_running(home.path())
    yield Finding(
        "内置 PostgreSQL 在运行" if running else "内置 PostgreSQL 没有运行",
        running,
        "请先运行 qiming up（或 make run）；起不来时看 QIMING_HOME/pg/server.log 的最后几行",
    )


def _own_server(url: str) -> Iterator[Finding]:
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version // 10000
        yield Finding(
            f"DATABASE_URL 指向的 PostgreSQL {version} 连得上", version >= 15, "请升级到 PostgreSQL 15 或更新"
        )
    except (psycopg.Error, ValueError) as trouble:
        yield Finding(f"DATABASE_URL 连不上：{trouble}", False, "请检查地址、用户、密码和防火墙")


def _contents() -> Iterator[Finding]:
    import django

    django.setup()
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from qiming.kernel import chain, reports, time
    from qiming.kernel.models import OutboxEvent

    executor = MigrationExecutor(connection)
    unknown = [
        step for step in executor.loader.applied_migrations if step not in executor.loader.disk_migrations
    ]
    yield Finding(
        "程序认识数据库里的每张数据表",
        not unknown,
        f"数据库由更新的版本升级过（{len(unknown)} 步不认识）：请装那个版本，或从它之前的备份恢复",
    )
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    yield Finding("数据表是最新的", waiting == 0, f"还有 {waiting} 步没有做：请运行 qiming migrate")
    if waiting:
        return
    stuck = OutboxEvent.objects.filter(delivered_at=None, failures__gt=0).count()
    yield Finding(
        "没有送不到的事件", stuck == 0, f"{stuck} 个事件处理失败：看日志里的 outbox event，改正后会自动再送"
    )
    waiting_since = OutboxEvent.objects.filter(delivered_at=None, failures=0).order_by("id").first()
    late = waiting_since is not None and time.now() - waiting_since.created_at > WAITS_TOO_LONG
    yield Finding(
        "后台任务在跑",
        not late,
        "有事件等了十分钟以上没有处理：请看 qiming up 是否在运行、日志里有没有 worker 的错误",
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT max(created_at) FROM kernel_auditrow), now()")
        yield from surroundings.clock_against_data(*cursor.fetchone())
    for log in chain.LOGS.values():
        broken = chain.verify(log).broken
        yield Finding(
            f"{log.zh}的哈希链完整",
            broken is None,
            f"{broken.says if broken else ''}：有人动过数据库里的{log.zh}，请立即报告（qiming audit verify）",
        )
    stopped = reports.recent()
    worst = "；".join(f"{page} {directive} {times} 次" for page, directive, times in stopped[:3])
    yield Finding(
        f"七天里内容安全策略拦下的：{worst}" if stopped else "七天里内容安全策略没有拦下什么",
        not stopped,
        "多半是页面里有不合规的脚本或样式，也可能有人在试：请把这一行交给开发者",
    )
