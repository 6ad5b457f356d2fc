"""Steps the supervisor runs as processes of their own, each under the database role it needs."""

import sys
from concurrent.futures import ThreadPoolExecutor

import django


def prepare() -> None:
    """Tables, code sets and course content, static files: all idempotent, quick when nothing changed."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    with ThreadPoolExecutor(1) as beside:
        # Mostly compression, which needs neither the database nor this thread's core.
        static = beside.submit(collect_static)
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0, interactive=False)
        load_content()
        static.result()


def collect_static() -> None:
    """What browsers load, named by its content."""
    from django.conf import settings
    from django.core.management import call_command

    if settings.WEB_DIST.exists():
        # The font of PDF files is read from web/dist by the server alone.
        call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=["fonts"])


def load_content() -> None:
    """Units, calendar and courses from text into tables, by content hash."""
    from django.conf import settings

    from qiming.agents import folders
    from qiming.casework.services import load_workflows
    from qiming.credentials.services import load_achievements
    from qiming.curriculum.services import follow_up, sync_content
    from qiming.registry.services import load_units_and_calendar

    load_units_and_calendar()
    load_workflows(settings.CONTENT_ROOT)
    load_achievements(settings.CONTENT_ROOT)
    for unit in sync_content(settings.CONTENT_ROOT).units:
        for problem in unit.problems:
            print(problem, file=sys.stderr)
    for problem in folders.problems_in(settings.CONTENT_ROOT):
        print(problem, file=sys.stderr)
    follow_up()


def demo() -> None:
    """The demo city, unless it is there."""
    from qiming.site.demo import build

    build(say=lambda line: print(line, flush=True))


def database() -> None:
    """Start the embedded database again after it was killed."""
    from qiming.site import database as embedded
    from qiming.site import home

    try:
        embedded.start(home.path())
    except embedded.DatabaseTrouble as trouble:
        sys.exit(str(trouble))


def migrations() -> None:
    """Every step of the tables this version knows, as "app.name"; asks no database."""
    from django.db.migrations.loader import MigrationLoader

    for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations:
        print(f"{app}.{name}")


def restored() -> None:
    """Note that the data come from the backup of the moment named: what was sealed since then is really gone. Then
    say what the doctor finds, as JSON in the last line."""
    import json

    from qiming.site.doctor import examine
    from qiming.trust.cli import note_restore

    note_restore(f"从 {sys.argv[2]} 的备份恢复")
    print(json.dumps([finding.as_dict() for finding in examine()], ensure_ascii=False))


def worker() -> None:
    """The background worker, until it is told to stop. Pupils' programs are not its business: they have their own queue."""
    from django.core.management import call_command

    call_command("procrastinate", "worker", "--queues", "default", "--delete-jobs", "successful")


def judge() -> None:
    """The worker that runs pupils' programs in the sandbox, several at once, until it is told to stop."""
    from django.core.management import call_command

    from qiming.judge.packages import compile_once, notebook
    from qiming.judge.standing import cores
    from qiming.learning.judging import queue, station

    standing = station.report()
    if not standing.works:
        print(f"{standing.says}。{standing.remedy}", file=sys.stderr, flush=True)
    if standing.works:
        compile_once(notebook())
    words = ["--queues", queue.QUEUE, "--concurrency", str(cores()), "--delete-jobs", "successful"]
    call_command("procrastinate", "worker", *words)


if __name__ == "__main__":
    steps = {
        "prepare": prepare, "demo": demo, "worker": worker, "database": database, "migrations": migrations,
        "restored": restored, "judge": judge,
    }  # fmt: skip
    if sys.argv[1] != "database":
        django.setup()
    steps[sys.argv[1]]()
