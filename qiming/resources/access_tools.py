"""Who asks for a product, decides, files, enables, places, launches and stops it; and who answers for a child."""

from qiming.kernel.access import Reach, Row
from qiming.registry.types import Role

ASK = "resources.ask_tool"
SEE = "resources.see_tools"
DECIDE = "resources.decide_tool"
FILE = "resources.file_tool"
ENABLE = "resources.enable_tool"
STOP = "resources.stop_tool"
RETURN = "resources.return_data"
PLACE = "resources.place_tool"
LAUNCH = "resources.launch_tool"
SEE_FAMILY = "resources.see_family_tools"
READ_NOTICES = "resources.read_tool_notices"
SAY = "resources.say_tool"
ENTER_WORDS = "resources.enter_tool_words"

_OFFICERS = {Role.DISTRICT_OFFICER: Reach.UNDER, Role.CITY_OFFICER: Reach.UNDER}
_FAMILY = {Role.PUPIL: Reach.SELF, Role.GUARDIAN: Reach.WARD}

TOOL_ROWS = {
    ASK: Row({Role.TEACHER: Reach.UNDER}, says="任课老师为所教的班提出要用一个已准入的产品"),
    SEE: Row(
        {
            Role.TEACHER: Reach.OVER,
            Role.SCHOOL_ADMIN: Reach.UNDER,
            Role.SCHOOL_HEAD: Reach.UNDER,
            **_OFFICERS,
        },
        says="本校的人和主管单位看本校选用了哪些产品、怎么决定的、哪些班在用、用了多少次",
    ),
    DECIDE: Row({Role.SCHOOL_HEAD: Reach.UNDER}, says="校长按集体决定签字选用或不选用一个产品，可以加条件"),
    FILE: Row({Role.DISTRICT_OFFICER: Reach.UNDER}, says="区级人员给学校的选用备案或不予备案，只能加条件"),
    ENABLE: Row({Role.SCHOOL_ADMIN: Reach.UNDER}, says="学校管理员把已备案的产品开到班，定到哪天"),
    STOP: Row(
        {Role.SCHOOL_HEAD: Reach.UNDER, **_OFFICERS},
        says="校长停用本校的产品，区级、市级人员停用本地的；恢复和结束也由他们办",
    ),
    RETURN: Row(
        {Role.SCHOOL_ADMIN: Reach.UNDER, Role.SCHOOL_HEAD: Reach.UNDER},
        says="学校管理员、校长在结束使用后写明数据交回，附上删除证明",
    ),
    PLACE: Row({Role.TEACHER: Reach.UNDER}, says="任课老师把开到本班的产品放进一节课，也能拿掉"),
    LAUNCH: Row(
        {Role.PUPIL: Reach.UNDER, Role.TEACHER: Reach.UNDER},
        says="学生和任课老师在自己班的课里打开产品，每次都核对准入、条件、期限和家长同意",
    ),
    READ_NOTICES: Row(
        {
            Role.TEACHER: Reach.UNDER,
            Role.SCHOOL_ADMIN: Reach.UNDER,
            Role.SCHOOL_HEAD: Reach.UNDER,
            Role.DISTRICT_OFFICER: Reach.UNDER,
        },
        says="班里在用一个产品的老师、本校管理员、校长和区级人员在首页看它的停用、观察、到期消息，看过不再出现",
    ),
    SEE_FAMILY: Row(_FAMILY, says="学生看自己班用哪些产品，家长看孩子的班用哪些、它们知道什么"),
    SAY: Row(_FAMILY, says="家长对一个产品同意、不同意、撤回；九年级起学生本人也要同意"),
    ENTER_WORDS: Row(
        {Role.TEACHER: Reach.UNDER, Role.SCHOOL_ADMIN: Reach.UNDER},
        says="任课老师、学校管理员看每名学生能不能用一个产品，录入收回来的纸质回执",
    ),
}
