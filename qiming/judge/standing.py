"""Whether programs can be run here: not believed, tried."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from qiming.judge.ground import lay
from qiming.judge.judging import Job, judge
from qiming.judge.limits import Ending, Limits
from qiming.judge.packages import Unusable, added, versions
from qiming.judge.walls import tool

_TRIAL = """
import os, socket
open_doors = []
try:
    socket.socket()
    open_doors.append("socket")
except OSError:
    pass
try:
    if os.fork() == 0:
        os._exit(0)
    open_doors.append("fork")
except OSError:
    pass
open_doors += [path for path in ("/etc/passwd", "/proc/1", "/home", "/root") if os.path.exists(path)]
open_doors += ["env"] if "PATH" in os.environ else []
print("shut" if not open_doors else " ".join(open_doors))
"""
_REMEDY_NAMESPACES = (
    "这台机器不让普通用户建隔离空间：请系统管理员打开非特权用户命名空间（sysctl user.max_user_namespaces 大于 0；"
    "Ubuntu 24.04 起另设 kernel.apparmor_restrict_unprivileged_userns=0；在容器里见 docs/deploy.md），再重启启明"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """`says` and `remedy` are for the operator; `packages` are what the notebook has, with versions."""

    works: bool
    says: str
    remedy: str = ""
    packages: tuple[tuple[str, str], ...] = ()


def try_out(lab: Path, *, rooted: bool | None = None) -> Standing:
    """Run a program that tries the walls, and see that they hold."""
    if sys.platform != "linux" or tool() is None:
        return Standing(
            False, "这台机器上不能隔离学生的程序", "请把启明装在 64 位的 Linux（x86-64 或 ARM64）上"
        )
    verdict = judge(lay(lab), Job(_TRIAL), Limits(wall_s=20), rooted=rooted)
    if verdict.ending == Ending.DONE and verdict.output.strip() == "shut":
        return Standing(
            True, "隔离学生程序的地方试过了，墙都在", packages=versions(), remedy=_folder_trouble()
        )
    if verdict.ending == Ending.DONE:
        return Standing(False, f"隔离学生程序的墙不严：{verdict.output.strip()[:80]}", "请把这一行交给开发者")
    trouble = verdict.complaint.splitlines()[-1][:200] if verdict.complaint else verdict.ending.value
    return Standing(False, f"隔离学生程序的地方搭不起来：{trouble}", _REMEDY_NAMESPACES)


_NEEDED = ("numpy", "pandas", "scikit-learn")


def _folder_trouble() -> str:
    """Why the school's own folder of packages is left out; empty when it isn't, or there is none."""
    try:
        added()
    except Unusable as error:
        return str(error)
    return ""


def has_notebook(standing: Standing) -> bool:
    """Whether senior programs can run with what they are told there is."""
    return standing.works and {name for name, _ in standing.packages}.issuperset(_NEEDED)


def cores() -> int:
    """How many programs may run at once: each has one core, and one is left for everybody else where there are more."""
    count = len(os.sched_getaffinity(0))
    return max(1, min(8, count - 1)) if count > 2 else 2
