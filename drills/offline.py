"""Runs inside a namespace without a network: installs a bundle, works with it, upgrades it well and badly, removes it.

`python -m drills.offline BUNDLE BROKEN_BUNDLE FOLDER`; prints one line for each thing that was shown.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.people import Person, Wire

PORT = 8000
START_S = 180
PASSWORD = "qiming-demo-2026"
CLEAN = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LANG": "C.UTF-8", "HOME": "/nonexistent"}


def main(bundle: Path, broken: Path, folder: Path) -> None:
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    app, home = folder / "app", folder / "data"
    began = time.monotonic()
    say(install(bundle, app, home), 0, f"installed without a network in {time.monotonic() - began:.0f} s")
    work(app, home, "--demo")
    print("started, signed in as a teacher, drew a page with its style sheet, stopped")
    check(app, "doctor", "--start", "--urgent")
    rows = pupils(app, home)
    say(install(bundle, app, home), 0, "upgraded in place")
    assert pupils(app, home) == rows and rows > 0
    work(app, home)
    print(f"the data are still there ({rows} people)")
    before = (app / "current").resolve()
    say(install(broken, app, home), 1, "an upgrade whose tables cannot be made was refused")
    assert (app / "current").resolve() == before and pupils(app, home) == rows
    work(app, home)
    print("the former version and its data work again")
    damaged = folder / "damaged"
    subprocess.run(["cp", "-r", str(bundle), str(damaged)], check=True)
    next(damaged.glob("wheels/django-5*")).write_bytes(b"")
    say(install(damaged, app, home), 1, "a damaged bundle was refused")
    say(install(bundle, app, home, "--uninstall"), 0, "removed")
    assert not (app / "current").exists() and (home / "pg" / "PG_VERSION").exists()
    print("the data were left in place")


def install(bundle: Path, app: Path, home: Path, *more: str) -> subprocess.CompletedProcess[str]:
    where = ["--prefix", str(app), "--home", str(home), "--no-service", "--port", str(PORT)]
    return subprocess.run(
        ["sh", str(bundle / "install.sh"), *where, *more],
        env=CLEAN,
        capture_output=True,
        text=True,
        check=False,
    )


def say(done: subprocess.CompletedProcess[str], status: int, what: str) -> None:
    if done.returncode != status:
        sys.exit(f"not so: {what}\n{done.stdout}\n{done.stderr}")
    print(what, flush=True)


def check(app: Path, *words: str) -> str:
    done = subprocess.run(
        [app / "bin" / "qiming", *words], env=CLEAN, capture_output=True, text=True, check=False
    )
    say(done, 0, f"qiming {' '.join(words)} finds nothing wrong")
    return done.stdout


def pupils(app: Path, home: Path) -> int:
    """People on record, asked of the database directly."""
    code = (
        "import psycopg; from pathlib import Path; from qiming.site import database\n"
        f"root = Path({str(home)!r}); server = database.start(root)\n"
        "print(psycopg.connect(server.url()).execute('SELECT count(*) FROM registry_person').fetchone()[0])\n"
        "database.stop(root)"
    )
    done = subprocess.run(
        [app / "current" / "bin" / "python", "-c", code],
        env=CLEAN | {"QIMING_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


def work(app: Path, home: Path, *words: str) -> None:
    with (home.parent / "up.log").open("ab") as log:
        running = subprocess.Popen(
            [app / "bin" / "qiming", "up", *words], env=CLEAN, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        _wait(running, home.parent / "up.log")
        _sign_in()
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(30)


def _wait(running: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while running.poll() is None and time.monotonic() < deadline:
        try:
            if Person().ask(Wire(PORT), "GET", "/alive").status == 200:
                return
        except OSError:
            time.sleep(0.3)
    sys.exit(f"it did not start:\n{log.read_text(errors='replace')[-3000:]}")


def _sign_in() -> None:
    person, wire = Person(), Wire(PORT)
    person.ask(wire, "GET", "/sign-in/", expect=200)
    form = {"csrfmiddlewaretoken": person.cookies["csrftoken"], "username": "shen", "password": PASSWORD}
    person.ask(wire, "POST", "/sign-in/", form=form, expect=302)
    wire = Wire(PORT)
    person.cookies.pop("", None)
    page = wire.ask("GET", "/teach/", {"Cookie": f"sessionid={person.cookies['sessionid']}"})
    assert page.status == 200, page.status
    style = page.body.decode().split('rel="stylesheet" href="')[1].split('"')[0]
    assert wire.ask("GET", style, {}).status == 200


if __name__ == "__main__":
    os.environ.pop("PYTHONPATH", None)
    main(*(Path(word) for word in sys.argv[1:4]))
