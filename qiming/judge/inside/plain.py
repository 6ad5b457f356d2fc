"""Values as they cross from the pupil's program to the checker: plain data, functions by number, the rest as a name.

Nothing that comes across is ever run on the other side: JSON, never pickle.
"""

import math

MOST_DEPTH = 40
_ODD = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


class Other:
    """Something that is no plain data, such as an object of the pupil's own class: only its kind is known here."""

    def __init__(self, kind):
        self.kind = kind

    def __repr__(self):
        return f"<{self.kind}>"


def pack(value, keep, depth=0):
    """`keep` takes a function and gives its number."""
    if depth > MOST_DEPTH:
        return {"o": "too deep"}
    if isinstance(value, list | tuple | set | frozenset | dict):
        return _packed_many(value, lambda one: pack(one, keep, depth + 1))
    if value is None or isinstance(value, bool | int | float | str):
        return _packed_one(value)
    if type(value).__module__.partition(".")[0] == "numpy" and hasattr(value, "tolist"):
        return pack(value.tolist(), keep, depth + 1)
    return {"c": keep(value)} if callable(value) else {"o": type(value).__name__[:60]}


def _packed_one(value):
    """As the plain kind below it, whatever a class of the pupil's makes of it."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int.__int__(value)
    plain = float.__float__(value)
    return plain if math.isfinite(plain) else {"f": str(plain)}


def _packed_many(value, packed):
    if isinstance(value, dict):
        return {"d": [[packed(key), packed(one)] for key, one in dict.items(value)]}
    many = [packed(one) for one in value]
    if isinstance(value, list):
        return many
    return {"t": many} if isinstance(value, tuple) else {"s": many}


def unpack(told, function):
    """`function` gives what stands for the function of that number."""
    if isinstance(told, list):
        return [unpack(one, function) for one in told]
    if not isinstance(told, dict):
        return told
    if "f" in told:
        return _ODD.get(told["f"], math.nan)
    if "t" in told:
        return tuple(unpack(one, function) for one in told["t"])
    if "s" in told:
        return {unpack(one, function) for one in told["s"]}
    if "d" in told:
        return {unpack(key, function): unpack(one, function) for key, one in told["d"]}
    if "c" in told:
        return function(told["c"])
    return Other(str(told.get("o", "")))
