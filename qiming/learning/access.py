"""Who may do what with what pupils try and make."""

from qiming.kernel.access import Reach, Row, Table
from qiming.registry.types import Power, Role

TABLE = Table(
    room="learning",
    rows={
        "learning.learn": Row(
            {Role.PUPIL: Reach.UNDER},
            "学生上自己班开的课：作答、要提示、存进度、做练习、交作品和作业",
        ),
        "learning.play": Row({Role.PUPIL: Reach.ANY}, "学生在实验室里自己玩实验，存下和交上的只有自己的"),
        "learning.open_gallery": Row(
            {Role.TEACHER: Reach.UNDER},
            "老师看本班每个实验谁做到哪个目标，给本班打开、收起同学的作品，定学期末留不留图片",
        ),
        "learning.see_own": Row({Role.PUPIL: Reach.SELF}, "学生看自己的作答、进度和练习"),
        "learning.see_work": Row(
            {Role.PUPIL: Reach.SELF, Role.GUARDIAN: Reach.WARD, Role.TEACHER: Reach.UNDER},
            "作品：学生看自己的，监护人看自己孩子的，老师看本班的",
            emergency=(Power.SEE_PUPILS.value,),
        ),
        "learning.see_answers": Row(
            {Role.PUPIL: Reach.SELF, Role.TEACHER: Reach.UNDER},
            "作答：学生看自己的，老师看本班的",
        ),
        "learning.mark": Row({Role.TEACHER: Reach.UNDER}, "老师批改本班的简答和作业，退回时写评语"),
        "learning.correct": Row(
            {Role.TEACHER: Reach.UNDER},
            "老师改本班学生一个知识点的掌握判断，要写理由，可以收回；学生和家长看得到",
        ),
        "learning.set_task": Row(
            {Role.TEACHER: Reach.UNDER}, "老师给本班开、收课前测、课后测和结课作品，按量规评作品"
        ),
        "learning.see_pupil": Row({Role.TEACHER: Reach.UNDER}, "老师看本班一名学生做到哪里、答了什么"),
        "learning.set_notebook": Row(
            {Role.SCHOOL_ADMIN: Reach.UNDER}, "学校管理员开、关高中学生“在学校服务器上跑”程序"
        ),
        "learning.set_microphone": Row(
            {Role.SCHOOL_ADMIN: Reach.UNDER}, "学校管理员开、关声音实验里的麦克风"
        ),
        "learning.try": Row({Role.TEACHER: Reach.ANY}, "老师像学生一样试做一节课，什么都不记"),
        "learning.try_draft": Row(
            {Role.TEACHER: Reach.OVER, Role.SCHOOL_ADMIN: Reach.UNDER},
            "老师和学校管理员像学生一样试做本校版的草稿",
        ),
    },
)
