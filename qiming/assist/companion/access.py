"""Who talks with the companion, who reads along, who pauses it."""

from qiming.kernel.access import Reach, Row
from qiming.registry.types import Role

TALK = "assist.talk"
SEE_TALK = "assist.see_talk"
SEE_USE = "assist.see_use"
SET_CLASS = "assist.set_class"
SET_SCHOOL = "assist.set_school"

COMPANION_ROWS = {
    TALK: Row({Role.PUPIL: Reach.UNDER}, says="学生在自己班的课里问学伴；规定不许的时候不开放"),
    SEE_TALK: Row(
        {Role.PUPIL: Reach.SELF, Role.TEACHER: Reach.UNDER},
        says="学生看自己和学伴的对话，老师看所教班的；老师看了，学生知道",
    ),
    SEE_USE: Row(
        {Role.PUPIL: Reach.SELF, Role.GUARDIAN: Reach.WARD, Role.TEACHER: Reach.UNDER},
        says="学生、监护人、老师看用了多久、多少次先自己试，只有次数，没有对话",
    ),
    SET_CLASS: Row({Role.TEACHER: Reach.UNDER}, says="老师停、开本班的学伴，陪小学生时打开一节"),
    SET_SCHOOL: Row(
        {Role.SCHOOL_HEAD: Reach.UNDER, Role.SCHOOL_ADMIN: Reach.UNDER},
        says="校长和管理员定学校开不开学伴，每天最多多久",
    ),
}
