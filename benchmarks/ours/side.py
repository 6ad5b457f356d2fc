"""Our installation as a side of the benchmark."""

from collections.abc import Callable
from pathlib import Path

from benchmarks.load import Work
from benchmarks.ours.installation import Installation
from benchmarks.ours.school import School
from benchmarks.people import Person
from benchmarks.results import Line


class Ours:
    """First start, second start, then the demo class's period is running."""

    name = "qiming"

    def __init__(self, home: Path, port: int, sizes: str = "loop") -> None:
        self.port = port
        self._sizes = sizes
        self._installation = Installation(home, port)
        self._school: School | None = None
        self._postgresql = ""

    def start(self) -> list[Line]:
        first = self._installation.start()
        self._installation.stop()
        second = self._installation.start()
        scene = self._installation.scene(self._sizes)
        self._postgresql = scene["postgresql"]
        self._school = School(self.port, scene)
        print(
            f"the class has {len(scene['pupils'])} pupils and {scene['answers']} answers behind it",
            flush=True,
        )
        return [
            Line(self.name, "first start, empty home", "s", round(first, 1), 45),
            Line(self.name, "second start", "s", round(second, 1), 10),
        ]

    def versions(self) -> dict[str, str]:
        return {"postgresql": self._postgresql}

    def groups(self) -> dict[str, list[int]]:
        return self._installation.groups()

    def sign_ins(self, first: int, count: int) -> list[Callable[[], float]]:
        return self.school.sign_ins(first, count)

    def works(self) -> list[Work]:
        return self.school.works()

    def pages(self) -> dict[str, tuple[Person, str]]:
        pupil, scene = self.school.pupils[0], self.school.scene
        return {
            "pupil's lesson": (pupil, f"/learn/{scene['offering']}/{scene['lesson']}/"),
            "pupil's home": (pupil, "/learn/"),
        }

    def stop(self) -> None:
        self._installation.stop()

    @property
    def school(self) -> School:
        assert self._school is not None, "not started"
        return self._school
