"""A homework with a question in words, and a photographed sheet of it that shows the first pupil's answer."""

from datetime import timedelta
from uuid import UUID

from qiming.assist.marker import photos
from qiming.assist.models import SheetPhoto
from qiming.kernel import time
from qiming.kernel.tests import samples
from qiming.teaching import services as lessons
from tests.world import World

MARKER_PAGES = (
    "assist.sheets",
    "assist.sheets_progress",
    "assist.read_again",
    "assist.sheet_blank",
)


def build(
    world: World, *, offering_id: UUID, lesson_key: str, item_key: str
) -> tuple[dict[str, object], dict[str, dict[str, object]]]:
    """Values for every page, and those that mean something else on one page."""
    teacher = world.actor("teacher")
    task = lessons.Task("写在纸上", lesson_key, [], [item_key], time.now() + timedelta(days=3))
    homework = lessons.set_homework(actor=teacher, offering_id=offering_id, task=task)
    sent = [photos.Sent("练习纸.png", samples.png(80, 60))]
    photos.upload(actor=teacher, homework_id=homework.id, photos=sent, only_paper=True)
    photo = SheetPhoto.objects.unscoped("the access test names the object").get(homework_id=homework.id)
    photos.say_whose(actor=teacher, photo_id=photo.id, pupil_id=world.here.pupils[0].id)
    return {"sheet_photo_id": photo.id}, {name: {"homework_id": homework.id} for name in MARKER_PAGES}
