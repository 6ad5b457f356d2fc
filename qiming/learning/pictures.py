"""Pictures inside a work's state: which a pupil chose from files, and all others, which count as the camera's. Pure.

A lab keeps own pictures as `own: [{id, from: "camera" | "file", …}]` with their pixels in `local.pictures[id]`.
"""

from collections.abc import Mapping
from typing import Any

PICTURE = "data:image/"
# Recordings of the microphone stay on the device; what comes all the same is not kept.
RECORDING = "data:audio/"


def without_recordings(value: object, depth: int = 0) -> Any:
    if isinstance(value, str):
        return "" if value.startswith(RECORDING) else value
    if depth > 40:
        return value  # refused elsewhere as too deep
    if isinstance(value, Mapping):
        return {name: without_recordings(one, depth + 1) for name, one in value.items()}
    return [without_recordings(one, depth + 1) for one in value] if isinstance(value, list) else value


def chosen(state: Mapping[str, Any]) -> dict[str, str]:
    """The pictures that say they were chosen from files: id → data."""
    own, local = state.get("own"), state.get("local")
    pictures = local.get("pictures") if isinstance(local, Mapping) else None
    if not isinstance(own, list) or not isinstance(pictures, Mapping):
        return {}
    ids = {str(one.get("id")) for one in own if isinstance(one, Mapping) and one.get("from") == "file"}
    return {name: data for name, data in pictures.items() if name in ids and isinstance(data, str)}


def of_camera(state: object) -> bool:
    """Whether a state carries a picture that was not chosen from files."""
    if not isinstance(state, Mapping):
        return _has(state)
    return _has({name: value for name, value in state.items() if name != "local"}) or _has(
        _local_without(state, set(chosen(state)))
    )


def without_camera(state: object) -> Any:
    """The same state without what the camera took; bundled and chosen pictures stay where they were put."""
    if not of_camera(state):
        return state
    if not isinstance(state, Mapping):
        return _blank(state)
    kept = chosen(state)
    dropped = _own_ids(state) - set(kept)
    left = {name: _blank(value) for name, value in state.items() if name != "local"}
    if isinstance(left.get("own"), list):
        left["own"] = [
            one for one in left["own"] if isinstance(one, Mapping) and str(one.get("id")) not in dropped
        ]
    if isinstance(left.get("placed"), Mapping):
        left["placed"] = {name: value for name, value in left["placed"].items() if name not in dropped}
    return {**left, "local": {"pictures": kept}}


def without_own(state: object) -> Any:
    """The same state without anything that stays on a device by rule: what lies under `local`, own pictures wherever
    they were put, every picture or sound as data."""
    if not isinstance(state, Mapping):
        return _blank(state)
    dropped = _own_ids(state)
    left = {name: _blank(value) for name, value in state.items() if name != "local"}
    if "own" in left and isinstance(left["own"], list):
        left["own"] = []
    if isinstance(left.get("placed"), Mapping):
        left["placed"] = {name: value for name, value in left["placed"].items() if name not in dropped}
    return left


def _own_ids(state: Mapping[str, Any]) -> set[str]:
    own = state.get("own")
    return {str(one.get("id")) for one in own if isinstance(one, Mapping)} if isinstance(own, list) else set()


def _local_without(state: Mapping[str, Any], ids: set[str]) -> Any:
    local = state.get("local")
    pictures = local.get("pictures") if isinstance(local, Mapping) else None
    if not isinstance(local, Mapping) or not isinstance(pictures, Mapping):
        return local
    return {**local, "pictures": {name: data for name, data in pictures.items() if name not in ids}}


def _has(value: object, depth: int = 0) -> bool:
    if isinstance(value, str):
        return value.startswith(PICTURE)
    if depth > 40:
        return True  # nothing honest lies that deep
    if isinstance(value, Mapping):
        return any(_has(one, depth + 1) for one in value.values())
    return isinstance(value, list) and any(_has(one, depth + 1) for one in value)


def _blank(value: object, depth: int = 0) -> Any:
    if isinstance(value, str):
        return "" if value.startswith(PICTURE) else value
    if depth > 40:
        return None
    if isinstance(value, Mapping):
        return {name: _blank(one, depth + 1) for name, one in value.items()}
    return [_blank(one, depth + 1) for one in value] if isinstance(value, list) else value
