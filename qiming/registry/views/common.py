"""What the school's pages share."""

from uuid import UUID

from qiming.kernel.access import Denied
from qiming.kernel.http import ActorRequest
from qiming.registry.queries import pages
from qiming.registry.types import OrgRef

# What a page may say after something was done and the browser was sent on.
DONE = {
    "added": "加进名单了，班级卡也做好了。",
    "renamed": "名字改好了。",
    "moved": "换好了，课时和学习记录都跟着走。",
    "left": "办好离校了，记录都保留。",
    "new_card": "换了新卡，旧卡已经不能用。请重新打印。",
    "new_cards": "全班换了新卡，旧卡都不能用了。请重新打印。",
    "assigned": "安排好了，老师下次打开页面就能看到这个班。",
    "ended": "收回了，从现在起不能再看。",
    "gone": "办好离校了，账号已经停用。",
    "group_members": "教学班的学生改好了，从今天起。",
    "group_named": "名字改好了。",
    "group_closed": "教学班结束了，上过的课和课时都保留。",
    "released": "放行了，等新学校接收。接收以前可以撤回。",
    "transfer_asked": "发给原学校了，等它放行。",
    "transfer_refused": "答复好了，没有放行。",
    "transfer_back": "撤回了，学生还在原来的学校。",
    "received": "接收好了。以前的课时、掌握情况和作品都跟来了。",
    "decided": "代为放行了，等新学校接收。",
    "turn_chosen": "记下了，名单还没有动。",
    "turned": "升好了。新学年第一节课以前可以撤回。",
    "turn_waits": "定好了，到那天夜里自动升级。在这以前可以不办。",
    "turn_dropped": "不办了，班级和名单都没有动。",
    "turn_undone": "撤回了，班级、名单和任课都回到升级以前。",
    "timetable_dropped": "这次导入放弃了，课表没有动。",
    "until": "期限定好了。",
    "leaves": "定好了，到那天办离校，在这以前照常。",
    "alliance": "发出去了，等成员校的校长答复。",
    "asked": "请好了，等那所学校的校长答复。",
    "alliance_yes": "加入了，从现在起。",
    "alliance_no": "答复好了，没有加入。",
    "alliance_left": "退出了，牵头校从现在起看不到这所学校。",
    "alliance_ends": "结束的日子定好了，到那天权限一起结束。",
    "invited": "邀请发出了。有这个账号的话，老师下次进入就会看到。",
    "withdrawn": "收回了。",
    "borrowed": "请来了，现在给这位老师排班吧。",
    "joined": "同意了，等那所学校给你排班。",
    "declined": "答复好了。",
    "slots": "节次改好了。",
    "holiday": "校历改好了。",
    "signed_out": "退出了。那台设备再用，要重新登录。",
    "pupil_signed_out": "在所有设备上都退出了，再用要重新扫卡。",
    "linked": "连好了，下次可以直接从那边进来。",
    "unlinked": "解开了。原来的登录办法照常能用。",
    "left_child": "退出了，从现在起看不到这个孩子的内容。",
    "guardian_ended": "解除了，这位家长从现在起看不到。",
    "factor_added": "加好了。下次登录，密码以后还会问这一步。",
    "factor_removed": "删掉了。",
    "raised": "应急权限开始了。页面最上面写着还剩多久，用完请点结束。",
    "power_ended": "应急权限结束了。",
    "reviewed": "记下了：你看过这一次。",
    "dropped": "这次导入放弃了，名单没有动。",
}


def one_school(request: ActorRequest, verb: str) -> tuple[OrgRef, list[OrgRef]]:
    """The school this page is about (by `?school=`, else the first) and the others one may choose."""
    schools = pages.schools_of(request.actor, verb)
    wanted = request.GET.get("school") or request.POST.get("school")
    if wanted:
        found = [school for school in schools if str(school.id) == wanted]
        if not found:
            try:
                found = [pages.load_school(request.actor, verb, UUID(wanted))]
            except ValueError as error:
                raise Denied(verb) from error
        return found[0], schools
    if not schools:
        raise Denied(verb)
    return schools[0], schools


def done(request: ActorRequest) -> str:
    """The sentence for `?done=`."""
    return DONE.get(request.GET.get("done", ""), "")
