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
    if value is None or isinstance(value, bool | str):
        return value if type(value) in (bool, str, type(None)) else str.__str__(value)
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        plain = float.__float__(value)
        return plain if math.isfinite(plain) else {"f": str(plain)}
    if isinstance(value, list):
        return [pack(one, keep, depth + 1) for one in list.__iter__(value)]
    for mark, kinds in (("t", tuple), ("s", set | frozenset)):
        if isinstance(value, kinds):
            return {mark: [pack(one, keep, depth + 1) for one in value]}
    if isinstance(value, dict):
        pairs = dict.items(value)
        return {"d": [[pack(key, keep, depth + 1), pack(one, keep, depth + 1)] for key, one in pairs]}
    if type(value).__module__.partition(".")[0] == "numpy" and hasattr(value, "tolist"):
        return pack(value.tolist(), keep, depth + 1)
    if callable(value):
        return {"c": keep(value)}
    return {"o": type(value).__name__[:60]}


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
