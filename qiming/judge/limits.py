"""How much one run may use, and how a run can end."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one run. `memory_mb` is what it really holds, all together; `address_mb` what it may ask the kernel for."""

    wall_s: float = 10.0
    cpu_s: int = 6
    memory_mb: int = 192
    address_mb: int = 512
    scratch_mb: int = 16  # the files it writes
    file_mb: int = 8  # the largest of them
    tasks: int = 24  # threads
    open_files: int = 64
    said_kb: int = 2048  # everything it sends out


PLAIN = Limits()
# NumPy and its friends map far more than they touch.
NOTEBOOK = Limits(
    wall_s=60.0, cpu_s=40, memory_mb=768, address_mb=6144, scratch_mb=64, file_mb=32, tasks=64, open_files=128
)


class Ending(StrEnum):
    """Why a run ended."""

    DONE = "done"
    WALL = "wall"
    CPU = "cpu"
    MEMORY = "memory"
    OUTPUT = "output"
    STOPPED = "stopped"
    CRASHED = "crashed"
    NO_SANDBOX = "no_sandbox"


ENDING_SAYS = {
    Ending.DONE: "跑完了。",
    Ending.WALL: "到了时间还没有结束，服务器把它停下了。看看循环什么时候该停。",
    Ending.CPU: "一直在算，用完了给它的计算时间，服务器把它停下了。看看循环什么时候该停，或者少算一些。",
    Ending.MEMORY: "要的内存太多，服务器把它停下了。看看是不是造了特别大的表，或者一直往列表里添东西。",
    Ending.OUTPUT: "送出来的内容太多，服务器把它停下了。是不是在循环里打印了太多？",
    Ending.STOPPED: "停下了。程序还在，可以接着改。",
    Ending.CRASHED: "程序中途断了，没有说出结果。看看它有没有关掉输出、自己退出，或调用得太深。",
    Ending.NO_SANDBOX: "服务器没有运行它：隔离程序的地方没有准备好。作品已经收好，请老师告诉管理员。",
}
