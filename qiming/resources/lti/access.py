"""Who keeps the list of LTI tools, who chooses in one, who opens it, who sees what it sent back."""

from qiming.kernel.access import Reach, Row
from qiming.registry.types import Role

KEEP = "resources.keep_lti_tools"
APPLY = "resources.apply_lti_tool"
CHOOSE = "resources.choose_in_tool"
OPEN = "resources.open_lti_tool"
SEE_SCORES = "resources.see_tool_scores"

LTI_ROWS = {
    KEEP: Row(
        {Role.CITY_OFFICER: Reach.UNDER, Role.DISTRICT_OFFICER: Reach.UNDER},
        says="市、区登记、核对、停用按 LTI 接入的工具，看它们的检查结果和往来记录，换平台密钥",
    ),
    APPLY: Row(
        {Role.VENDOR: Reach.UNDER},
        says="企业人员给本企业用 LTI 打开的产品填登记、改登记；市级人员核对通过以前打不开",
    ),
    CHOOSE: Row({Role.TEACHER: Reach.UNDER}, says="任课老师到工具里挑一项活动放进所教班的一节课，也能拿掉"),
    OPEN: Row(
        {Role.TEACHER: Reach.UNDER, Role.PUPIL: Reach.UNDER},
        says="任课老师和学生打开放进本班课里的工具；工具只知道假名编号、身份、班和年级",
    ),
    SEE_SCORES: Row(
        {Role.TEACHER: Reach.UNDER}, says="任课老师看工具给所教班送回的成绩，没放进来的可以再放一次"
    ),
}
