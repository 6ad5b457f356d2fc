"""Copies of a person's data and erasure, as they cross trust's door."""

from enum import StrEnum


class CopyState(StrEnum):
    """How far a copy of a person's data is."""

    WAITING = "waiting"
    BUILDING = "building"
    READY = "ready"
    FAILED = "failed"
    GONE = "gone"

    @property
    def zh(self) -> str:
        return _COPY[self]


_COPY = {
    CopyState.WAITING: "排队中",
    CopyState.BUILDING: "正在整理",
    CopyState.READY: "可以取走",
    CopyState.FAILED: "没有做成",
    CopyState.GONE: "已到期删除",
}


class ErasureState(StrEnum):
    """How far a request for erasure is."""

    ASKED = "asked"
    AGREED = "agreed"
    CONFIRMED = "confirmed"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def zh(self) -> str:
        return _ERASURE[self]


_ERASURE = {
    ErasureState.ASKED: "等学校管理员决定",
    ErasureState.AGREED: "等校长复核",
    ErasureState.CONFIRMED: "正在删除",
    ErasureState.DONE: "已经删除",
    ErasureState.REFUSED: "没有同意",
    ErasureState.WITHDRAWN: "已撤回",
}
