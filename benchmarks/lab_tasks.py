"""What a pupil presses in a lab while it is watched. Which labs there are, their data and settings come from the manifests."""

from dataclasses import dataclass, field
from typing import Any, Literal

# Where a lab's steps come from: frames, its own timers, or the pointer that drags.
Source = Literal["frame", "timer", "pointer"]


@dataclass(frozen=True, slots=True)
class Task:
    """Press `before`, then `press`; it is over when `where` says `done` (a regular expression)."""

    name: str
    press: str
    where: str
    done: str
    before: tuple[str, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    steps: Source | None = None
    trains: bool = True


@dataclass(frozen=True, slots=True)
class Drag:
    """Press `before`, then drag over the sheet, 0 to 100 each way."""

    name: str
    start: tuple[float, float]
    end: tuple[float, float]
    before: tuple[str, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    steps: Source = "pointer"


TASKS: dict[str, tuple[Task | Drag, ...]] = {
    "image-classifier": (
        Task(
            "a head on the network's features, every picture",
            "让它学",
            "section[data-lab] > div",
            r"^(?![^]*没有用上认图的模型)[^]*它学过的\d+ 张",
            settings={"start": "filled", "method": "head"},
        ),
    ),
    "sound": (
        Task(
            "a head, 60 sounds",
            "让它学",
            ".c-teach .verdict",
            "学过的 60 个声音",
            settings={"method": "head"},
        ),
    ),
    "text": (Task("naive Bayes, 180 letters", "让它学", ".c-teach .verdict", "学过的 180 句"),),
    "next-char": (
        Task("the small net, to its end", "让它学", "[data-key='teach']", "学完了", steps="timer"),
    ),
    "network": (
        Task(
            "spirals, three layers of eight, to 95 % of the test",
            "开始学",
            ".c-sheet .verdict",
            "没见过的认对 (9[5-9]|100)%",
            settings={"shape": "螺旋", "layers": [8, 8, 8], "rate": 0.1},
            steps="frame",
        ),
    ),
    "line": (
        Task(
            "downhill, 100 steps",
            "走 100 步",
            ".c-sheet .verdict",
            r"走了 \d{2,} 步",
            before=("走下坡",),
            settings={"rate": 0.5},
        ),
        Drag("the line by hand", (5, 30), (5, 80)),
    ),
    "reward": (
        Task(
            "the yard, 100 episodes at random",
            "学 100 回",
            ".c-sheet .verdict",
            "学了 100 回",
            settings={"maze": "yard", "explore": 1},
            steps="frame",
        ),
    ),
    "points": (
        Task("groups until nothing moves", "走到底", ".c-groups .runs", "轮", before=("分成组",)),
        Drag("a group's centre", (20, 90), (80, 40), before=("分成组",)),
    ),
    "decision-tree": (Task("grown to its depth", "一直种到底", ".c-ask h2", "种完了", before=("算法种",)),),
    "kernel": (
        Task(
            "the gate played through",
            "自动走",
            ".c-sheet .verdict",
            "走完了",
            settings={"picture": "gate", "kernel": "upright"},
            steps="frame",
            trains=False,
        ),
    ),
    "maze": (
        Task(
            "a search played through",
            "自动走",
            ".maze-said",
            "到了！",
            settings={"maze": "cup"},
            steps="timer",
            trains=False,
        ),
    ),
    "blocks": (
        Task(
            "the first program played through",
            "不猜，直接跑",
            ".bl-result",
            "跑完了",
            steps="timer",
            trains=False,
        ),
    ),
    "python": (
        Task(
            "the first program, with the runtime opened",
            "运行",
            ".code-result .note:not(.need)",
            ".",
            trains=False,
        ),
    ),
}
