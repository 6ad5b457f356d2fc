"""The yearly pack, as it crosses trust's door."""

from enum import StrEnum


class PackState(StrEnum):
    """How far a pack is."""

    WAITING = "waiting"
    BUILDING = "building"
    READY = "ready"
    FAILED = "failed"

    @property
    def zh(self) -> str:
        return _ZH[self]


_ZH = {
    PackState.WAITING: "排队中",
    PackState.BUILDING: "正在整理",
    PackState.READY: "已完成",
    PackState.FAILED: "没有做成",
}
