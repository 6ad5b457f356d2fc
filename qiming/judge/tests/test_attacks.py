"""What a hostile program tries, each with the wall that must stop it; afterwards nothing of it is left."""

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from qiming.judge.box import Box, below
from qiming.judge.ground import Ground
from qiming.judge.judging import Job, Verdict, judge
from qiming.judge.limits import Ending, Limits

QUICK = Limits(wall_s=30, cpu_s=1, memory_mb=128, address_mb=400, said_kb=256)
# A test that runs as root can show both ways of building the walls.
WAYS = [True, False] if os.geteuid() == 0 else [False]


def alive() -> set[int]:
    return set(below(os.getpid()))


@pytest.fixture(autouse=True)
def nothing_is_left() -> object:
    before = alive()
    yield
    for _ in range(50):
        if alive() <= before:
            return
        time.sleep(0.02)
    raise AssertionError(f"left running: {alive() - before}")


@pytest.fixture(params=WAYS, ids=["rooted" if way else "namespace" for way in WAYS])
def rooted(request: pytest.FixtureRequest) -> bool:
    way: bool = request.param
    return way


def attack(ground: Ground, source: str, rooted: bool, limits: Limits = QUICK) -> Verdict:
    return judge(ground, Job(source), limits, rooted=rooted)


TRY = """
def tried(what):
    try:
        return f"GOT {what()!r}"
    except BaseException as error:
        return f"{type(error).__name__} {getattr(error, 'errno', '')}"
"""

REFUSED = [
    # what, the program's last line, what it must meet
    ("fork", "import os\nprint(tried(os.fork))", "PermissionError 1"),
    ("spawn", "import subprocess\nprint(tried(lambda: subprocess.run(['/bin/sh'])))", "PermissionError 1"),
    ("inet", "import socket\nprint(tried(lambda: socket.create_connection(('127.0.0.1', 5432))))", "PermissionError 1"),
    ("unix", "import socket\nprint(tried(lambda: socket.socket(socket.AF_UNIX)))", "PermissionError 1"),
    ("name", "import socket\nprint(tried(lambda: socket.getaddrinfo('example.com', 80)))", "gaierror"),
    ("passwd", "print(tried(lambda: open('/etc/passwd').read()))", "FileNotFoundError 2"),
    ("proc", "import os\nprint(tried(lambda: os.listdir('/proc')))", "FileNotFoundError 2"),
    ("environment", "print(tried(lambda: open('/proc/1/environ').read()))", "FileNotFoundError 2"),
    ("home", "import os\nprint(tried(lambda: os.listdir('/root') + os.listdir('/home')))", "FileNotFoundError 2"),
    ("write to the library", "print(tried(lambda: open('/python/lib/x', 'w')))", "OSError 30"),
    ("write to the lab", "print(tried(lambda: open('/lab/qm_check.py', 'w')))", "OSError 30"),
    ("write beside", "print(tried(lambda: open('/x', 'w')))", "OSError 30"),
    ("huge file", "print(tried(lambda: open('big', 'wb').write(bytes(9 << 20))))", "OSError 27"),
    ("signal", "import os\nprint(tried(lambda: os.kill(1, 9)), tried(lambda: os.kill(-1, 9)))", "PermissionError 1 PermissionError 1"),
    ("signal to parent", "import os\nprint(tried(lambda: os.kill(os.getppid(), 9)))", "PermissionError 1"),
    ("more limits", "import resource\nprint(tried(lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1))))", "ValueError"),
    ("root again", "import os\nprint(tried(lambda: os.setuid(0)))", ("PermissionError 1", "OSError 22")),
    ("shared memory", "from multiprocessing import shared_memory as s\nprint(tried(lambda: s.SharedMemory(create=True, size=9)))", "Error"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "met"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED])
def test_what_is_shut_answers_with_an_error_the_program_can_read(
    ground: Ground, source: str, met: str | tuple[str, ...], rooted: bool
) -> None:
    verdict = attack(ground, TRY + source, rooted)
    assert verdict.ending == Ending.DONE, verdict
    assert "GOT" not in verdict.output
    assert any(words in verdict.output for words in ([met] if isinstance(met, str) else met)), verdict.output


CALLS = {"ptrace": 101, "mount": 165, "unshare": 272, "bpf": 321, "keyctl": 250, "io_uring_setup": 425,
         "process_vm_readv": 310, "perf_event_open": 298, "userfaultfd": 323, "setns": 308, "vfork": 58}  # fmt: skip


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the numbers of the calls are this machine's")
def test_system_calls_beside_computing_are_refused(ground: Ground, rooted: bool) -> None:
    """ptrace of the judge, mounts, namespaces, kernel keys: by number, past Python."""
    source = f"""
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for name, number in {CALLS!r}.items():
    print(name, libc.syscall(number, 0, 0, 0, 0, 0), ctypes.get_errno())
print("clone", libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0), ctypes.get_errno())
"""
    said = attack(ground, source, rooted).output.split("\n")
    assert said[:-1] == [f"{name} -1 1" for name in (*CALLS, "clone")]


ENDED = [
    ("endless loop", "while True: pass", Ending.CPU),
    ("endless sleep", "import time\ntime.sleep(60)", Ending.WALL),
    ("output flood", "import os\nwhile True:\n    for n in range(3, 9):\n        try: os.write(n, b'x' * 60000)\n        except OSError: pass", Ending.OUTPUT),
    ("closes its mouth", "import os\nos.closerange(0, 64)", Ending.CRASHED),
    ("leaves", "import os\nos._exit(0)", Ending.CRASHED),
    ("aborts", "import os\nos.abort()", Ending.CRASHED),
    ("hides from signals", "import signal\nfor n in (2, 15, 24): signal.signal(n, signal.SIG_IGN)\nwhile True: pass", Ending.CPU),
    ("many threads in a loop", "import threading\ndef f():\n    while True: pass\nfor _ in range(2): threading.Thread(target=f).start()\nf()", Ending.CPU),
    ("mapped and touched", "import mmap\nkept = []\nwhile True:\n    m = mmap.mmap(-1, 8 << 20)\n    m.write(b'x' * (8 << 20))\n    kept.append(m)", None),
]  # fmt: skip


@pytest.mark.parametrize(("source", "ending"), [one[1:] for one in ENDED], ids=[one[0] for one in ENDED])
def test_what_does_not_stop_is_stopped(
    ground: Ground, source: str, ending: Ending | None, rooted: bool
) -> None:
    limits = replace(QUICK, wall_s=1) if ending == Ending.WALL else QUICK
    verdict = attack(ground, source, rooted, limits)
    if ending is None:  # the address limit or the watcher, whichever is first
        assert verdict.ending == Ending.MEMORY or verdict.error
    else:
        assert verdict.ending == ending, verdict
    assert verdict.says


def test_a_fork_bomb_starts_nothing(ground: Ground, rooted: bool) -> None:
    source = "import os\nwhile True:\n    try:\n        os.fork()\n    except PermissionError:\n        print('no')\n        break"
    assert attack(ground, source, rooted).output == "no\n"


def test_a_thread_bomb_meets_its_limit(ground: Ground, rooted: bool) -> None:
    source = """
import threading
wait, n = threading.Event(), 0
try:
    while True:
        threading.Thread(target=wait.wait, daemon=True).start()
        n += 1
except RuntimeError:
    wait.set()
    print(n)
"""
    assert 0 < int(attack(ground, source, rooted).output) <= QUICK.tasks


def test_memory_is_refused_before_the_machine_suffers(ground: Ground, rooted: bool) -> None:
    grows = attack(ground, "kept = []\nwhile True: kept.append(bytearray(4_000_000))", rooted)
    assert grows.ending == Ending.MEMORY or (grows.error and grows.error["kind"] == "MemoryError")
    assert grows.peak_mb <= QUICK.address_mb
    watched = Limits(wall_s=10, cpu_s=8, memory_mb=64, address_mb=4096)
    slow = "import time\nkept = []\nwhile True:\n    kept.append(bytearray(4_000_000))\n    time.sleep(0.05)"
    assert attack(ground, slow, rooted, watched).ending == Ending.MEMORY


def test_the_scratch_folder_is_small_and_gone_afterwards(ground: Ground, rooted: bool) -> None:
    source = "n = 0\ntry:\n    while True:\n        open(f'/tmp/f{n}', 'wb').write(bytes(4 << 20)); n += 1\nexcept OSError as e: print(n, e.errno)"
    assert attack(ground, source, rooted).output == "4 28\n"
    assert attack(ground, "import os\nprint(os.listdir('/work'))", rooted).output == "[]\n"


def test_symlinks_lead_nowhere_outside(ground: Ground, rooted: bool) -> None:
    source = (
        TRY
        + """
import os
for at, target in enumerate(("/etc/shadow", "/proc/self/environ", "/../../../etc/passwd", "/python/../etc/passwd")):
    os.symlink(target, f"/work/l{at}")
    print(tried(lambda: open(f"/work/l{at}").read()))
"""
    )
    assert attack(ground, source, rooted).output == "FileNotFoundError 2\n" * 4


def test_an_archive_that_unpacks_without_end_is_stopped(ground: Ground, rooted: bool) -> None:
    source = """
import zipfile, sys
with zipfile.ZipFile("bomb.zip", "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("bomb.py", "x = '''" + "a" * 200_000_000 + "'''")
sys.path.insert(0, "bomb.zip")
import bomb
"""
    verdict = attack(ground, source, rooted, Limits(wall_s=10, cpu_s=8, memory_mb=160, address_mb=600))
    assert verdict.ending in (Ending.MEMORY, Ending.CPU) or verdict.error


def test_secrets_of_the_server_are_not_there(
    ground: Ground, rooted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret_key"
    secret.write_text("hush-hush")
    tmp_path.chmod(0o755)
    monkeypatch.setenv("QIMING_SECRET", "hush-hush")
    with secret.open() as held:  # a file the judge has open is not handed on
        source = (
            TRY
            + f"""
import os
print(tried(lambda: open({str(secret)!r}).read()))
print([n for n in range(3, 64) if tried(lambda: os.fstat(n)).startswith("GOT")], held := {held.fileno()})
print(sorted(os.environ))
print(os.getuid(), os.getgid(), os.getgroups(), os.uname().nodename)
"""
        )
        said = attack(ground, source, rooted).output
    assert "hush" not in said and "QIMING" not in said
    lines = said.splitlines()
    assert lines[0] == "FileNotFoundError 2"
    assert len(eval(lines[1].rpartition("]")[0] + "]")) <= 3  # the line to the judge, nothing more
    assert lines[3].split()[0] not in {"0", str(os.getuid())} and "box" in lines[3]


def test_the_verdict_is_out_of_reach(ground: Ground, rooted: bool) -> None:
    """A program that rewrites everything in its own process still fails a check, and forged answers count for nothing."""
    check = "def check_sum(p):\n    assert p.call('add', 1, 2) == 3, '还不对'\n"
    forged = """
import os, json, sys, gc
import program, qm_check
program.Lab.check = lambda *a: [{"key": "sum", "ok": True, "hint": ""}]
qm_check.Hint.__init__ = lambda self, *a: None
for n in range(3, 16):
    try:
        os.write(n, (json.dumps({"checks": [{"key": "sum", "ok": True, "hint": ""}]}) + "\\n").encode())
    except OSError:
        pass
def add(a, b):
    return 4
"""
    job = Job(forged, check=check, keys=["sum"])
    verdict = judge(ground, job, QUICK, rooted=rooted)
    assert not any(one.ok for one in verdict.checks)
    honest = judge(
        ground, Job("def add(a, b):\n    return a + b", check=check, keys=["sum"]), QUICK, rooted=rooted
    )
    assert [one.ok for one in honest.checks] == [True]


def test_a_judge_that_is_killed_takes_its_program_along(ground: Ground) -> None:
    """kill -9 of the worker: the sandbox does not outlive it."""
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        box = Box(ground, "runner", Limits(wall_s=60, cpu_s=60))
        box.send(
            {"source": "import time\nprint('on', flush=True)\ntime.sleep(50)", "answers": [], "files": {}}
        )
        box.hear()
        os.write(there, str(box._process.pid).encode())
        time.sleep(60)
        os._exit(1)
    pid = int(os.read(here, 20))
    inside = list(below(pid))
    assert inside
    os.kill(child, 9)
    os.waitpid(child, 0)
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and any(Path(f"/proc/{one}").exists() for one in inside):
        time.sleep(0.02)
    assert not any(Path(f"/proc/{one}").exists() and not _is_zombie(one) for one in [pid, *inside])


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True
