"""What of this room obeys families' consent."""

from uuid import UUID

from qiming.learning.models import Work
from qiming.teaching.shown import ask_first
from qiming.trust.consent import register_consumer
from qiming.trust.types import Purpose

WALL = register_consumer("learning.wall", Purpose.WORKS, "上课时把作品投到大屏，给全班看，不写名字")
GALLERY = register_consumer(
    "learning.gallery", Purpose.WORKS, "老师打开时，全班同学看交上来的实验作品，不写名字"
)
CAMERA = register_consumer("learning.camera", Purpose.CAMERA, "实验里的摄像头，和作品里摄像头拍的图片")
MICROPHONE = register_consumer(
    "learning.microphone", Purpose.MICROPHONE, "声音实验里的麦克风，学校打开时才有；录音不离开设备"
)
RESEARCH = register_consumer(
    "learning.research", Purpose.RESEARCH, "抽取去掉姓名、换成随机编号的作答，用于教育研究"
)


@ask_first
def may_stand(work_id: UUID, class_group_id: UUID) -> bool:
    """A work stands before the own class only, and only while its pupil's consent holds."""
    rows = Work.objects.unscoped("the teacher of the running period was checked; only yes or no leaves")
    ours = rows.filter(id=work_id, offering__class_group_id=class_group_id)
    pupil_id = ours.values_list("pupil_id", flat=True).first()
    return pupil_id is not None and WALL.allows(pupil_id)
