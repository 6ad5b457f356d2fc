"""Runs in a mount namespace of its own: an installation on a small disk that fills up, overflows and is emptied.

`python -m drills.full_disk FOLDER`; prints one line for each thing that was shown.
"""

import http.client
import json
import os
import random
import subprocess
import sys
import time
import uuid
from pathlib import Path

import django

from benchmarks.ours.installation import Installation
from benchmarks.xapi.asking import statement
from drills.asking import Asker, Met
from drills.load import enter
from drills.running import fresh
from drills.sources import PATH, Source, key_of
from qiming.kernel import away

DISK_MB = 1100
WATCH_S = 20


def main(folder: Path) -> int:
    os.environ.pop("DATABASE_URL", None)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)], check=False
    )
    if mounted.returncode:
        sys.exit("nothing can be mounted here")
    one = fresh(folder / "home")
    one.start()
    try:
        return Drill(one, folder).run()
    finally:
        one.stop()


class Drill:
    def __init__(self, one: Installation, folder: Path) -> None:
        self.one = one
        self.filler = folder / "filler"
        self.folder = folder
        scene = one.scene()
        self.scene = scene
        self.person = enter(one.port, scene["pupils"][0])
        self.told: list[str] = []
        self.source = Source(one.port, key_of(one, "drill"))
        self.brought: list[str] = []

    def run(self) -> int:
        self.expect(self.answer(), "200", "an answer is kept while there is room")
        self.expect(self.bring(), "200", "and a statement of another system")
        self.fill(leave_mb=120)
        time.sleep(1.5)
        self.expect(
            self.answer(),
            "503 服务器的磁盘满了，现在只能看，不能存",
            "below the reserve an answer is refused in words",
        )
        self.expect(self.bring(), "503", "a statement of another system too")
        self.expect(self.read(), "200", "and pages are read")
        self.filler.unlink()
        time.sleep(1.5)
        self.expect(self.answer(), "200", "with room again an answer is kept")
        self.expect(self.bring(), "200", "and a statement")
        self.fill(leave_mb=0)
        time.sleep(
            1.5
        )  # how full it is, is looked at once a second; what is written until then is counted below too
        self.watch()
        self.filler.unlink()
        began = time.monotonic()
        met = Met()
        key = str(uuid.uuid4())
        answer = Asker(self.one.port, self.person, met).send("POST", "/api/learning/attempts", self.sent(key))
        assert answer.status == 200, answer.body
        self.told.append(key)
        print(f"{time.monotonic() - began:.1f} s after there was room again an answer was kept")
        return self.count()

    def watch(self) -> None:
        """Somebody else took every byte: what do readers and writers meet?"""
        seen: dict[str, int] = {}
        until = time.monotonic() + WATCH_S
        while time.monotonic() < until:
            tries = (("reading", self.read), ("writing", self.answer), ("writing statements", self.bring))
            for who, what in ((who, ask()) for who, ask in tries):
                seen[f"{who}: {what}"] = seen.get(f"{who}: {what}", 0) + 1
            time.sleep(0.4)
        print(
            f"with {away.free_bytes(self.folder)} bytes left for {WATCH_S} s:",
            *(f"{times} × {what}" for what, times in sorted(seen.items())),
            sep="\n  ",
        )
        assert not any("500" in what for what in seen), seen
        assert not any(what.startswith("writing") and what.endswith(": 200") for what in seen), seen

    def fill(self, leave_mb: int) -> None:
        size = away.free_bytes(self.folder) - leave_mb * 1024 * 1024
        with self.filler.open("wb") as file:
            piece = b"\0" * (1024 * 1024)
            try:
                while size > 0:
                    size -= file.write(piece[: min(size, len(piece))])
                file.flush()
            except OSError:
                assert leave_mb == 0

    def sent(self, key: str) -> dict[str, object]:
        item = self.scene["items"][0]
        one = {"id": key, "item": item["key"], "activity": self.scene["activity"], "response": item["right"]}
        return {name: self.scene[name] for name in ("offering", "lesson", "period")} | {"attempts": [one]}

    def answer(self) -> str:
        key, met = str(uuid.uuid4()), Met()
        asker = Asker(self.one.port, self.person, met)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        what = self.said(
            asker, "POST", "/api/learning/attempts", headers, json.dumps(self.sent(key)).encode()
        )
        if what == "200":
            self.told.append(key)
        return what

    def bring(self) -> str:
        """A statement of another system, once."""
        one = statement(random.Random())
        try:
            answer = self.source.once("POST", PATH, json.dumps(one).encode())
        except (OSError, http.client.HTTPException) as trouble:
            return type(trouble).__name__
        if answer.status == 200:
            self.brought.append(one["id"])
        return str(answer.status)

    def read(self) -> str:
        return self.said(
            Asker(self.one.port, self.person, Met()), "GET", "/learn/", {"Accept": "text/html"}, None
        )

    @staticmethod
    def said(asker: Asker, method: str, path: str, headers: dict[str, str], body: bytes | None) -> str:
        try:
            answer = asker.once(method, path, headers, body)
        except (OSError, http.client.HTTPException) as trouble:
            return type(trouble).__name__
        if answer.status < 500:
            return str(answer.status)
        asker.note(answer)
        return next(iter(asker.met.pages))

    def expect(self, found: str, wanted: str, what: str) -> None:
        if found != wanted:
            sys.exit(f"not so: {what}: {found}")
        print(what, flush=True)

    def count(self) -> int:
        os.environ |= self.one.environment
        django.setup()
        from drills.journey import settled
        from qiming.learning.models import Attempt

        mine = Attempt.objects.unscoped("drill").filter(period_id=self.scene["period"])
        kept = {str(key) for key in settled(lambda: list(mine.values_list("id", flat=True)))}
        lost = [key for key in self.told if key not in kept]
        print(
            f"{len(self.told)} answers acknowledged, {len(lost)} lost, {len(kept - set(self.told))} unasked"
        )
        from qiming.records.models import XapiStatement, XapiTakenId

        ids = sorted(str(key) for key in XapiStatement.objects.values_list("id", flat=True))
        taken = sorted(str(key) for key in XapiTakenId.objects.values_list("pk", flat=True))
        print(f"{len(self.brought)} statements acknowledged, {len(ids)} kept, {len(taken)} ids taken")
        is_whole = ids == taken and set(self.brought) <= set(ids)  # the demo city has statements of its own
        return 1 if lost or kept - set(self.told) or not is_whole else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
