"""Who may do what with places, people, rosters, cards and calendars."""

from qiming.kernel.access import Reach, Row, Table
from qiming.registry.types import Power, Role

_UNDER = Reach.UNDER
_OFFICERS = {Role.CITY_OFFICER.value: _UNDER, Role.DISTRICT_OFFICER.value: _UNDER}
_HEAD = {Role.SCHOOL_HEAD.value: _UNDER}
_ALLIED = {Role.ALLIANCE_HEAD.value: _UNDER}
_ADMIN = {Role.SCHOOL_ADMIN.value: _UNDER}
_TEACHER = {Role.TEACHER.value: _UNDER}
_CONCERNED = {Role.PUPIL.value: Reach.SELF, Role.GUARDIAN.value: Reach.WARD}
_SEE = (Power.SEE_PUPILS.value,)
_CARDS = (Power.GIVE_CARDS.value,)

TABLE = Table(
    "registry",
    {
        "registry.see_places": Row(
            {**_OFFICERS, **_HEAD, **_ADMIN, **_ALLIED},
            says="市、区人员和学校的校长、管理员看自己所管的组织树，联盟牵头校的校长看成员校的：只有单位和人数，没有学生姓名",
        ),
        "registry.see_classes": Row(
            {**_HEAD, **_ADMIN, **_TEACHER},
            says="校长和管理员看本校班级，老师看自己教的班级",
            emergency=_SEE + _CARDS,
        ),
        "registry.see_roster": Row(
            {**_HEAD, **_ADMIN, **_TEACHER},
            says="校长、管理员和任课老师看班级名单",
            emergency=_SEE + _CARDS,
        ),
        "registry.edit_roster": Row({**_ADMIN}, says="只有学校管理员能导入名单、改名、调班、办离校"),
        "registry.edit_groups": Row({**_ADMIN}, says="只有学校管理员能编教学班（走班、选课班）、选学生"),
        "registry.import_package": Row(
            {**_OFFICERS, **_ADMIN},
            says="市、区人员和学校管理员成批导入所管范围的 OneRoster 名单；超出范围的行不收",
        ),
        "registry.print_cards": Row(
            {**_ADMIN, **_TEACHER}, says="管理员和任课老师打印班级卡和三个小图", emergency=_CARDS
        ),
        "registry.reset_pin": Row(
            {**_ADMIN, **_TEACHER},
            says="管理员和任课老师给学生重发三个小图、让学生在所有设备上退出",
            emergency=_CARDS,
        ),
        "registry.give_family_code": Row({**_ADMIN, **_TEACHER}, says="管理员和任课老师给家长发一次性家长码"),
        "registry.end_guardianship": Row(
            {**_ADMIN, **_TEACHER, Role.GUARDIAN.value: Reach.WARD},
            says="管理员和任课老师解除一位家长和孩子的关系，家长自己也能退出",
        ),
        "registry.see_staff": Row({**_HEAD, **_ADMIN}, says="校长和管理员看本校老师与任课班级"),
        "registry.manage_staff": Row({**_ADMIN}, says="只有学校管理员能建账号、排任课、收回权限"),
        "registry.see_transfers": Row(
            {**_OFFICERS, **_HEAD, **_ADMIN},
            says="学校的校长、管理员看本校转出转入的学生；市、区人员只看到从哪所学校到哪所学校，没有姓名",
        ),
        "registry.release_transfer": Row({**_ADMIN}, says="原学校的管理员放行、拒绝或撤回转学"),
        "registry.decide_transfer": Row({**_OFFICERS}, says="原学校不办的，市、区人员代为放行，看不到姓名"),
        "registry.receive_transfer": Row({**_ADMIN}, says="新学校的管理员提出转入、接收进班"),
        "registry.edit_timetable": Row({**_ADMIN}, says="只有学校管理员能导入本校的课表"),
        "registry.turn_year": Row(
            {**_ADMIN}, says="学校管理员准备、确认一次升级，新学年第一节课以前可以撤回"
        ),
        "registry.see_alliances": Row(
            {**_OFFICERS, **_HEAD, **_ADMIN}, says="市、区人员看本地学校的联盟，校长和管理员看本校的"
        ),
        "registry.lead_alliance": Row({**_HEAD}, says="校长以本校为牵头校提出联盟、请成员校、定结束的日子"),
        "registry.answer_alliance": Row({**_HEAD}, says="被邀请的学校由校长答复加不加入"),
        "registry.leave_alliance": Row(
            {**_HEAD, **_ALLIED}, says="成员校的校长办退出，牵头校的校长也能请成员校退出"
        ),
        "registry.recover_account": Row(
            {**_OFFICERS, **_ADMIN},
            says="帮人恢复登录，要写原因，本人会看到：学校管理员帮本校的人，区级人员帮校长和管理员，"
            "市级人员还能帮区级人员；市级人员自己只能在服务器上恢复",
        ),
        "registry.raise_power": Row(
            {**_OFFICERS, **_ADMIN},
            says="市、区人员和学校管理员写明原因、再证明一次身份后，用应急权限最多一小时，只对一所学校、一个班或一个学生",
        ),
        "registry.end_power": Row(
            {**_OFFICERS, **_HEAD, **_ADMIN},
            says="用的人自己、校长、管理员和市、区人员随时可以结束一项应急权限",
        ),
        "registry.see_powers": Row(
            {**_OFFICERS, **_HEAD, **_ADMIN, **_CONCERNED},
            says="应急权限的记录：校长、管理员和市、区人员看所管范围的，学生看涉及自己的，家长看涉及孩子的",
        ),
        "registry.review_power": Row({**_OFFICERS, **_HEAD}, says="校长和市、区人员复核别人用过的应急权限"),
        "registry.manage_vendors": Row(
            {Role.CITY_OFFICER.value: Reach.ANY},
            says="市级人员登记提供产品的企业、给企业人员建账号；企业不在学校的组织树里",
        ),
        "registry.see_calendar": Row(
            {**_OFFICERS, **_HEAD, **_ADMIN, **_TEACHER}, says="老师、学校和市、区人员看校历与节次"
        ),
        "registry.edit_calendar": Row({**_ADMIN}, says="只有学校管理员能改节次表、加本校放假日"),
    },
)
