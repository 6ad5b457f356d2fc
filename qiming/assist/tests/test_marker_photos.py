"""Photographed sheets: uploaded once, read in a job, given to their pupils, corrected, released, deleted."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from qiming.assist.marker import ocr, photos, queries, reading, services
from qiming.assist.marker.photos import Sent
from qiming.assist.marker.services import Look
from qiming.assist.models import PreMark, SheetAnswer, SheetPhoto
from qiming.kernel import files
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.keeping import SWEEPERS, Holds
from qiming.kernel.tests import samples
from qiming.kernel.time import frozen, now
from qiming.learning.models import Attempt, Submission
from qiming.learning.tests.conftest import NOW, Class

pytestmark = pytest.mark.usefixtures("no_job")
KEY = "g7l1-q08"


@pytest.fixture
def no_job(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests run the reading themselves."""
    monkeypatch.setattr(photos, "_ask", lambda homework_id: None)
    monkeypatch.setattr(ocr, "is_installed", lambda: True)


@pytest.fixture
def homework(cls: Class) -> UUID:
    return cls.sets_homework(item_keys=[KEY])


def picture(no: int = 0) -> bytes:
    made = Image.new("RGB", (300, 400), "white")
    ImageDraw.Draw(made).line((0, no, 299, no), fill=(no, 10, 10))
    out = io.BytesIO()
    made.save(out, "PNG")
    return out.getvalue()


def sheet(*texts: str, turn: int = 0, score: float = 0.97) -> dict[str, Any]:
    """What the reading program tells of one photo."""
    lines = [
        {"text": text, "box": [0.1, 0.1 * no, 0.9, 0.1 * no + 0.05], "score": score}
        for no, text in enumerate(texts, 1)
    ]
    return {"lines": lines, "turn": turn, "sharp": 1.0, "ms": 5}


def named(cls: Class, seat: int, *texts: str) -> dict[str, Any]:
    return sheet(f"姓名 {cls.world.pupils[seat - 1].name} 座号 {seat}", "1. g7l1-q08", *texts)


def send(cls: Class, homework: UUID, *data: bytes, only_paper: bool = True) -> photos.Taken:
    sent = [Sent(f"{no}.png", one) for no, one in enumerate(data, 1)]
    return photos.upload(actor=cls.teacher, homework_id=homework, photos=sent, only_paper=only_paper)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch, homework: UUID) -> Callable[..., list[SheetPhoto]]:
    """Run the job with a program that tells these things, one for each photo."""

    def run(*told: dict[str, Any]) -> list[SheetPhoto]:
        answers = iter(told)
        monkeypatch.setattr(reading.Reader, "read", lambda self, path, limit_s=0: next(answers))
        reading.read_waiting(homework)
        rows = SheetPhoto.objects.unscoped("test").filter(homework_id=homework)
        return list(rows.select_related("stored_file").order_by("position"))

    return run


def answer(seat: int, cls: Class) -> SheetAnswer:
    return SheetAnswer.objects.unscoped("test").get(pupil=cls.world.pupils[seat - 1])


def test_a_photo_reaches_its_pupil_only_when_released(cls: Class, homework: UUID, reads: Any) -> None:
    assert send(cls, homework, picture()).kept == 1
    (row,) = reads(named(cls, 2, "没见过的要分并看"))
    assert (row.state, row.pupil_id, row.troubles) == ("read", cls.world.pupils[1].id, [])
    read = answer(2, cls)
    assert read.text == "没见过的要分并看" and read.places[0]["photo"] == str(row.id)
    photos.correct(actor=cls.teacher, answer_id=read.id, text="没见过的要分开看")
    item = queries.item_or_denied(read.item_version_id)
    where = {"offering_id": cls.offering.id, "item_version_id": item.id}
    line = queries.pile(cls.teacher, cls.offering, item).lines[0]
    assert line.is_paper and line.text == "没见过的要分开看"
    look = Look(read.id, True, {"a": 1, "b": 2}, "很好", 0)
    services.look(actor=cls.teacher, looks=[look], **where)
    assert not Attempt.objects.unscoped("test").exists()
    for _ in range(2):  # replay
        services.release(actor=cls.teacher, **where)
    given = Attempt.objects.unscoped("test").get()
    assert (given.response, given.points, given.comment) == (
        {"text": "没见过的要分开看"},
        {"a": 1, "b": 2},
        "很好",
    )
    assert (given.homework_id, given.context, given.correct) == (homework, "homework", True)
    handed = Submission.objects.unscoped("test").get()
    assert (handed.state, handed.pupil_id) == ("marked", cls.world.pupils[1].id)
    seen = cls.client(2).get("/learn/answers/").content.decode()
    assert "很好" in seen
    with pytest.raises(UserError, match="已经发给学生"):
        photos.correct(actor=cls.teacher, answer_id=read.id, text="别的")
    with pytest.raises(UserError, match="已经发给学生"):
        photos.say_whose(actor=cls.teacher, photo_id=row.id, pupil_id=cls.world.pupils[0].id)


def test_what_cannot_be_taken_says_why_and_costs_the_others_nothing(cls: Class, homework: UUID) -> None:
    hurt = samples.png()[:60]
    taken = send(cls, homework, picture(1), b"no picture", hurt, b"%PDF-1.7 x %%EOF", picture(1), picture(2))
    assert (taken.kept, taken.known, len(taken.refused)) == (2, 1, 3)
    assert send(cls, homework, picture(1)).known == 1  # sent again
    for trouble, sent in (("确认", [picture(3)]), ("没有选", []), ("最多", [picture(4)] * 51)):
        with pytest.raises(UserError, match=trouble):
            send(cls, homework, *sent, only_paper=trouble != "确认")
    assert SheetPhoto.objects.unscoped("test").count() == 2


def test_troubles_are_told_and_a_failure_stops_nobody(cls: Class, homework: UUID, reads: Any) -> None:
    send(cls, homework, *[picture(no) for no in range(5)])
    rows = reads(
        {"trouble": "failed"},
        sheet("糊"),
        sheet("姓名 外班的人 座号 88", "1. g7l1-q08", "写的字"),
        named(cls, 1, "第一页"),
        {**named(cls, 1, "第二页"), "turn": 90},
    )
    assert [row.state for row in rows] == ["failed", "read", "read", "read", "read"]
    assert [row.troubles for row in rows] == [["failed"], ["nothing"], [], [], ["turned"]]
    assert [row.pupil_id is None for row in rows] == [True, True, True, False, False]
    assert answer(1, cls).text == "第一页\n第二页"  # two pages of one pupil
    with Image.open(files.path_of(rows[4].stored_file.sha256)) as turned:
        assert turned.size == (400, 300)
    browser = cls.teacher_client()
    page = browser.get(f"/assist/sheets/{homework}/").content.decode()
    assert "2张还不知道是谁的" in page or "3张还不知道是谁的" in page
    assert "几乎没有读到字" in page and "没有读成" in page and "没有在真实学生的手写上测过" in page
    photos.read_again(actor=cls.teacher, homework_id=homework)
    assert reads(named(cls, 3, "读到了"))[0].state == "read"


def test_whose_sheet_it_is_can_be_said_and_said_again(cls: Class, homework: UUID, reads: Any) -> None:
    send(cls, homework, picture())
    (row,) = reads(sheet("1. g7l1-q08", "新图"))
    assert row.pupil_id is None and not SheetAnswer.objects.unscoped("test").exists()
    for seat in (1, 4):
        photos.say_whose(actor=cls.teacher, photo_id=row.id, pupil_id=cls.world.pupils[seat - 1].id)
        assert answer(seat, cls).text == "新图"
    assert SheetAnswer.objects.unscoped("test").count() == 1
    with pytest.raises(UserError, match="不在这个班"):
        photos.say_whose(actor=cls.teacher, photo_id=row.id, pupil_id=cls.world.people["stranger"].id)
    photos.correct(actor=cls.teacher, answer_id=answer(4, cls).id, text="新图，改过")
    photos.rebuild(photos.homework_for(cls.teacher, homework), cls.world.pupils[3].id)
    assert answer(4, cls).text == "新图，改过"
    photos.drop(actor=cls.teacher, photo_id=row.id)
    assert answer(4, cls).text == "新图，改过" and not SheetPhoto.objects.unscoped("test").exists()


def test_without_the_reading_part_the_teacher_types(
    cls: Class, homework: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "is_installed", lambda: False)
    send(cls, homework, picture())
    row = SheetPhoto.objects.unscoped("test").get()
    assert row.state == "by_hand"
    photos.say_whose(actor=cls.teacher, photo_id=row.id, pupil_id=cls.world.pupils[0].id)
    browser = cls.teacher_client()
    page = browser.get(f"/assist/photos/{row.id}/").content.decode()
    assert "没有装读字的部件" in page
    key = answer(1, cls).id
    form = {
        "ids": [str(key)],
        f"t-{key}": "没见过的",
        f"k-{key}": "paper",
        f"v-{key}": "0",
        f"p-{key}-a": "1",
        f"p-{key}-b": "0",
        "do": "release",
    }
    assert browser.post(f"/assist/photos/{row.id}/", form).status_code == 302
    assert Attempt.objects.unscoped("test").get().points == {"a": 1, "b": 0}
    assert PreMark.objects.unscoped("test").get().released_at


def test_others_see_no_photo(cls: Class, homework: UUID) -> None:
    send(cls, homework, picture())
    row = SheetPhoto.objects.unscoped("test").get()
    for actor in (cls.pupil(1), cls.world.actor("stranger")):
        for act in (
            lambda who: photos.load(who, row.id),
            lambda who: photos.drop(actor=who, photo_id=row.id),
        ):
            with pytest.raises(Denied):
                act(actor)
    assert cls.client(1).get(f"/assist/photos/{row.id}/file").status_code in (403, 404)
    teacher = cls.teacher_client()
    assert teacher.get(f"/assist/photos/{row.id}/file")["Cache-Control"] == "private, no-store"
    sent = SimpleUploadedFile("x.png", picture(9), "image/png")
    again = teacher.post(f"/assist/sheets/{homework}/", {"photos": [sent], "only_paper": "1"})
    assert again.status_code == 302
    assert SheetPhoto.objects.unscoped("test").count() == 2


def test_photos_go_after_their_time_and_what_was_read_stays(cls: Class, homework: UUID, reads: Any) -> None:
    send(cls, homework, picture())
    (row,) = reads(named(cls, 2, "新图"))
    path = files.path_of(row.stored_file.sha256)
    with frozen(NOW + timedelta(days=31)):
        SWEEPERS["assist.sheet_photos"](now() - timedelta(days=30), Holds(places=(cls.offering.scope_path,)))
        assert SheetPhoto.objects.unscoped("test").exists()
        SWEEPERS["assist.sheet_photos"](now() - timedelta(days=30), Holds())
    assert not SheetPhoto.objects.unscoped("test").exists() and answer(2, cls).text == "新图"
    assert path.exists()  # unlinked when the transaction ends


def test_a_program_that_dies_hangs_or_babbles_costs_one_photo(tmp_path: Path) -> None:
    script = tmp_path / "odd.py"
    script.write_text(
        "import sys\nfor no, line in enumerate(sys.stdin):\n"
        "    word = line.strip()\n"
        "    if word == 'die': sys.exit(1)\n"
        "    if word == 'hang': import time; time.sleep(60)\n"
        "    print({'good': '{\"lines\": []}', 'odd': 'x', 'list': '[]'}[word], flush=True)\n"
    )
    import sys

    reader = reading.Reader([sys.executable, str(script)])
    try:
        said = [
            reader.read(Path(word), 0.5 if word == "hang" else 30)
            for word in ("good", "die", "good", "hang", "odd", "good", "list")
        ]
    finally:
        reader.close()
    assert [("lines" in one) for one in said] == [True, False, True, False, False, True, False]
