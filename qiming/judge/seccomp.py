"""The filter of system calls, as the kernel reads it: classic BPF over `struct seccomp_data`.

An allow-list: what is not named gets EPERM, so that a program meets an ordinary OSError. A call made for another
architecture ends the process. `clone` passes for threads only: nothing in the sandbox can start a process.
"""

import errno
import platform
import struct
from collections.abc import Iterable

from qiming.judge import syscalls

_LOAD, _JUMP_EQUAL, _JUMP_OVER, _JUMP_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCH_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_REFUSE = _ERRNO | errno.EPERM
_NOT_THERE = _ERRNO | errno.ENOSYS  # libc then uses the older call
_THREAD = 0x00010000  # CLONE_THREAD
_NAMESPACES = 0x7E020080  # CLONE_NEW*: user, pid, net, ipc, uts, cgroup, mount, time
_X32 = 0x40000000

# machine: (audit architecture, column of syscalls.py)
_MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
_IOCTLS = (
    0x5401,
    0x5413,
    0x541B,
    0x5450,
    0x5451,
)  # is it a terminal, how wide, how much is there, close on exec
_PRCTLS = (15, 16)  # a thread's name


def _do(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    """One instruction; `yes` and `no` are how many of the following ones to leave out."""
    return struct.pack("<HBBI", code, yes, no, value & 0xFFFFFFFF)


def _verdict(verdict: int) -> bytes:
    return _do(_RETURN, verdict)


def _only(number: int, argument: int, values: Iterable[int]) -> bytes:
    """Allow the call `number` when its argument (0, 1, …) is one of these."""
    tests = b"".join(_do(_JUMP_EQUAL, value, 0, 1) + _verdict(_ALLOW) for value in values)
    body = _do(_LOAD, _FIRST_ARGUMENT_AT + 8 * argument) + tests + _verdict(_REFUSE)
    return _do(_JUMP_EQUAL, number, 0, len(body) // 8) + body


def _threads_only(number: int) -> bytes:
    body = (
        _do(_LOAD, _FIRST_ARGUMENT_AT)
        + _do(_JUMP_BITS, _NAMESPACES, 0, 1)
        + _verdict(_REFUSE)
        + _do(_JUMP_BITS, _THREAD, 0, 1)
        + _verdict(_ALLOW)
        + _verdict(_REFUSE)
    )
    return _do(_JUMP_EQUAL, number, 0, len(body) // 8) + body


def is_known(machine: str = "") -> bool:
    return (machine or platform.machine()) in _MACHINES


def program(machine: str = "") -> bytes:
    """The filter for a machine (default: this one), ready for `bwrap --seccomp`."""
    arch, column = _MACHINES[machine or platform.machine()]

    def of(numbers: syscalls.Numbers) -> int:
        number = numbers[column]
        assert number is not None
        return number

    begin = _do(_LOAD, _ARCH_AT) + _do(_JUMP_EQUAL, arch, 1, 0) + _verdict(_KILL) + _do(_LOAD, _NUMBER_AT)
    begin += _do(_JUMP_OVER, _X32, 0, 1) + _verdict(_REFUSE)
    plain = b"".join(
        _do(_JUMP_EQUAL, numbers[column] or 0, 0, 1) + _verdict(_ALLOW)
        for numbers in syscalls.ALLOWED.values()
        if numbers[column] is not None
    )
    own_limits = _only(of(syscalls.PRLIMIT64), 0, (0,))  # of itself, of nobody else
    return (
        begin
        + plain
        + _threads_only(of(syscalls.CLONE))
        + _do(_JUMP_EQUAL, of(syscalls.CLONE3), 0, 1)
        + _verdict(_NOT_THERE)
        + _only(of(syscalls.IOCTL), 1, _IOCTLS)
        + _only(of(syscalls.PRCTL), 0, _PRCTLS)
        + own_limits
        + _verdict(_REFUSE)
    )
