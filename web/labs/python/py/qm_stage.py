"""What programs made of blocks act on, in plain Python: a robot on a floor, a figure on a stage, things on a belt.

The same rules and the same noise as the blocks lab (web/labs/blocks/world.ts), so that a program does the same in both.
"""

import sys as _sys

_STEPS = [(1, 0), (0, 1), (-1, 0), (0, -1)]
_HEADINGS = ["东", "南", "西", "北"]
_STARTS = ">v<^"
_MOST = 600
_BRIGHT, _BLACK, _DARK, _USUAL_LIGHT = 85, 15, 50, 60


class _World:
    def __init__(self):
        self.said = ""
        self._count = 0

    def say(self, what):
        self.said = _text(what)
        print("说：", self.said)

    def tick(self):
        self._count += 1
        if self._count > _MOST:
            self._end(f"走了 {_MOST} 步还没有停")

    def stop(self):
        self._end("停下了")

    def _end(self, why):
        print(why)
        self.report()
        _sys.exit()


def _text(what):
    if isinstance(what, float) and what.is_integer():
        return str(int(what))
    return str(what)


class Robot(_World):
    def __init__(self, floor, light=60, noise=0):
        super().__init__()
        self.rows = floor.strip().split("\n")
        self.light, self.noise, self._seed = light, noise, 1
        self.x, self.y, self.heading = next(
            (x, y, _STARTS.index(cell))
            for y, row in enumerate(self.rows)
            for x, cell in enumerate(row)
            if cell in _STARTS
        )

    def _cell(self, x, y):
        inside = 0 <= y < len(self.rows) and 0 <= x < len(self.rows[y])
        return self.rows[y][x] if inside else "#"

    def _ahead(self, far=1):
        dx, dy = _STEPS[self.heading]
        return self._cell(self.x + dx * far, self.y + dy * far)

    def _shaken(self):
        if not self.noise:
            return 0
        self._seed = (self._seed * 1664525 + 1013904223) % 2**32
        return (self._seed / 2**32 - 0.5) * self.noise

    def forward(self):
        self.tick()
        if self._ahead() == "#":
            self._end("撞墙了")
        dx, dy = _STEPS[self.heading]
        self.x, self.y = self.x + dx, self.y + dy
        if self.at_goal():
            self._end("到终点了")

    def left(self):
        self.tick()
        self.heading = (self.heading + 3) % 4

    def right(self):
        self.tick()
        self.heading = (self.heading + 1) % 4

    def at_goal(self):
        return self._cell(self.x, self.y) == "G"

    def distance(self):
        self.tick()
        free = 0
        while self._ahead(free + 1) != "#":
            free += 1
        return max(0, _rounded(free + self._shaken() / 20))

    def wall(self):
        return self.distance() == 0

    def floor(self):
        self.tick()
        colour = _BLACK if self._ahead() in "o>v<^G" else _BRIGHT
        return _rounded(min(100, max(0, colour * self.light / _USUAL_LIGHT + self._shaken())))

    def line(self):
        return self.floor() < _DARK

    def report(self):
        print(f"机器人在第 {self.y + 1} 行第 {self.x + 1} 列，朝{_HEADINGS[self.heading]}")


def _rounded(value):
    """To the nearest whole number; halves go up, as on the page."""
    return int((value + 0.5) // 1)


class Stage(_World):
    def __init__(self, light=60, noise=0, tilt=0, dial=5):
        super().__init__()
        self.sensors = {"light": light, "noise": noise, "tilt": tilt, "dial": dial}
        self.x, self.look = -60, "平常"

    def sensor(self, name):
        self.tick()
        return self.sensors[name]

    def costume(self, name):
        self.tick()
        self.look = name

    def move(self, steps):
        self.tick()
        self.x = min(100, max(-100, self.x + steps))

    def wait(self, beats):
        self.tick()

    def report(self):
        print(f"样子：{self.look}，位置：{_text(self.x)}，在说：{self.said or '（没有）'}")


class Belt(_World):
    def __init__(self, things):
        super().__init__()
        self.things, self.at, self.sorted, self._held = list(things), -1, [], False

    def more(self):
        return self.at + 1 < len(self.things)

    def take(self):
        self.tick()
        if not self.more():
            self._end("传送带空了")
        self.at, self._held = self.at + 1, True

    def _thing(self):
        if self.at < 0:
            self._end("手里还没有东西，先拿一个")
        return self.things[self.at]

    def answer(self):
        return self._thing()[2]

    def sure(self):
        return self._thing()[3]

    def put(self, box):
        self.tick()
        if not self._held:
            self._end("手里没有东西可放，先拿一个")
        self._held = False
        self.sorted.append((self._thing()[1], _text(box)))

    def report(self):
        right = sum(truth == box for truth, box in self.sorted)
        print(f"放了 {len(self.sorted)} 个，对 {right} 个")
