"""The line to the judge: what a program prints goes elsewhere, so that it cannot be taken for an answer by accident."""

import json
import os


class Line:
    def __init__(self):
        self._out = os.fdopen(os.dup(1), "w", encoding="ascii")
        self._in = os.fdopen(os.dup(0), encoding="ascii")
        nothing = os.open("/dev/null", os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nothing, number)

    def tell(self, told):
        self._out.write(json.dumps(told) + "\n")
        self._out.flush()

    def hear(self):
        """The next thing said; None when there is no more."""
        line = self._in.readline()
        return json.loads(line) if line else None
