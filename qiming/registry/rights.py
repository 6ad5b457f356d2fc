"""What the registry holds about one pupil: copied out on request, erased on request."""

from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from qiming.kernel import holdings, outbox, time
from qiming.kernel.holdings import Fate, Part
from qiming.registry import events
from qiming.registry.models import (
    Account,
    AccountNotice,
    ClassCard,
    ClassMembership,
    EmergencyPower,
    ExternalId,
    FamilyCode,
    GroupMembership,
    Guardianship,
    PackageFinding,
    Person,
    Promotion,
    RosterImport,
    RosterPackage,
    Session,
    StagedUser,
    Transfer,
)
from qiming.registry.oneroster import work

_WHY = "the request was checked in the trust room"
_SEAT = "班级人数和课时合计要对得上；去掉了姓名、账号和学籍号"
_STAGED = "名单里还有这一名，写入会再建一次：请放弃这次导入，改好名单重传"
_TURNED = "整个学校升级的记录，里面有别的学生；只换掉编号"
_POWER = "应急权限的使用记录要留作追责；去掉了是哪名学生"


def export(person_id: UUID) -> list[Part]:
    """Name, account, classes, card, family, sessions, emergency powers used over this pupil."""
    part = holdings.part
    person = Q(person_id=person_id)
    family = Guardianship.objects.unscoped(_WHY).filter(ward_id=person_id)
    codes = FamilyCode.objects.unscoped(_WHY).filter(ward_id=person_id)
    powers = EmergencyPower.objects.unscoped(_WHY).filter(subject_id=person_id)
    account = Account.objects.filter(person)
    return [
        part("registry.person", "姓名", Person.objects.filter(id=person_id), {"姓名": "name"}),
        part(
            "registry.account",
            "账号",
            account,
            {"登录名": "username"},
            hide="password",
            says="密码只有摘要，不在这里。",
        ),
        part(
            "registry.classmembership",
            "所在班级",
            ClassMembership.objects.unscoped(_WHY).filter(person),
            {"座号": "seat_no", "学籍号末四位": "pupil_number_tail", "从": "starts_on", "到": "ends_on"},
            hide="pupil_number_digest",
            says="学籍号只存不可还原的摘要和末四位。",
        ),
        part(
            "registry.groupmembership",
            "所在教学班",
            GroupMembership.objects.unscoped(_WHY).filter(person),
            {"座号": "seat_no", "从": "starts_on", "到": "ends_on"},
        ),
        part(
            "registry.transfer",
            "转学",
            Transfer.objects.unscoped(_WHY).filter(person),
            {"从": "from_school_id", "到": "to_school_id", "进行到": "state", "提出": "created_at"},
            hide="typed_name note",
        ),
        part(
            "registry.classcard",
            "班级卡",
            ClassCard.objects.unscoped(_WHY).filter(person),
            {"发卡": "issued_at", "输错次数": "wrong_tries"},
            hide="token_hash",
        ),
        part(
            "registry.guardianship",
            "监护关系",
            family,
            {"关系": "relation", "从": "starts_on", "到": "ends_on"},
        ),
        part(
            "registry.familycode",
            "发过的家长码",
            codes,
            {"到期": "expires_at", "用过": "used_at"},
            hide="code_hash",
        ),
        part(
            "registry.session",
            "正在登录的设备",
            Session.objects.filter(account__person_id=person_id),
            {"设备": "device", "开始": "started_at", "最近": "seen_at"},
            hide="session_key session_data",
        ),
        part(
            "registry.accountnotice",
            "别人动过这个账号",
            AccountNotice.objects.filter(account__person_id=person_id),
            {"做了什么": "what", "原因": "reason", "时间": "created_at"},
        ),
        part(
            "registry.emergencypower", "对本人用过的应急权限", powers, {"原因": "reason", "开始": "starts_at"}
        ),
        part(
            "registry.rosterimport",
            "名单导入的原始行（30天内）",
            _imports(person_id),
            {"文件": "file_name", "时间": "created_at"},
            hide="rows problems wrong_rows",
            says="文件里有全班的姓名，这里只列有哪些文件。",
        ),
        part(
            "registry.promotion",
            "升级和留级",
            _promotions(person_id),
            {"学年": "school_year", "到哪一步": "state"},
            hide="choices kept_back done",
            says="记录里有别的学生的编号，这里只列有哪几次。",
        ),
        part(
            "registry.externalid",
            "外部系统的编号",
            ExternalId.objects.filter(target_id=person_id),
            {"编号": "sourced_id", "记下": "created_at"},
        ),
        part(
            "registry.rosterpackage",
            "成批导入留下的样例（30天内）",
            _packages(person_id),
            {"文件": "file_name", "时间": "created_at"},
            hide="samples",
            says="样例里还有别人的姓名，这里只列有哪些文件。",
        ),
    ]


def erase(person_id: UUID, pseudonym_id: UUID) -> list[Fate]:
    """The person goes; memberships and uses of emergency powers stay under the pseudonym."""
    memberships = ClassMembership.objects.unscoped(_WHY).filter(person_id=person_id)
    groups = GroupMembership.objects.unscoped(_WHY).filter(person_id=person_id)
    last = memberships.order_by("-starts_on", "-id").select_related("class_group").first()
    today = time.today()
    for rows in (memberships, groups):
        now = rows.filter(Q(ends_on=None) | Q(ends_on__gt=today), starts_on__lte=today)
        now.update(ends_on=today)
    uploads = _imports(person_id)
    fates = [
        Fate("成批导入的样例和写错的格子", _forget_in_packages(person_id), "erased"),
        Fate("还没写入的成批导入", _staged(person_id), "by_hand", _STAGED),
        holdings.erased("外部系统的编号", ExternalId.objects.filter(target_id=person_id)),
        Fate("名单导入的原始行", uploads.update(rows={}, problems=[], wrong_rows=[], file_name=""), "erased"),
        holdings.moved(
            "所在班级和座号",
            memberships,
            _SEAT,
            person_id=pseudonym_id,
            pupil_number_digest=None,
            pupil_number_tail="",
        ),
        holdings.moved("所在教学班和座号", groups, _SEAT, person_id=pseudonym_id),
        holdings.moved(
            "应急权限的使用记录",
            EmergencyPower.objects.unscoped(_WHY).filter(subject_id=person_id),
            _POWER,
            subject_id=pseudonym_id,
        ),
        Fate("升级和留级", _rename_in_promotions(person_id, pseudonym_id), "pseudonym", _TURNED),
        holdings.erased("转学的办理记录", Transfer.objects.unscoped(_WHY).filter(person_id=person_id)),
        holdings.erased("班级卡", ClassCard.objects.unscoped(_WHY).filter(person_id=person_id)),
        holdings.erased("家长码", FamilyCode.objects.unscoped(_WHY).filter(ward_id=person_id)),
        holdings.erased("监护关系", Guardianship.objects.unscoped(_WHY).filter(ward_id=person_id)),
        holdings.erased("账号和登录", Account.objects.filter(person_id=person_id)),
        holdings.erased("姓名", Person.objects.filter(id=person_id)),
    ]
    if last is not None:
        outbox.announce(
            events.ROSTER_APPLIED,
            {"school_id": str(last.class_group.parent_id), "class_ids": [str(last.class_group_id)]},
            last.scope_path,
        )
    return fates


def _imports(person_id: UUID) -> QuerySet[RosterImport]:
    """Uploads of the pupil's schools in whose lines the name stands."""
    name = Person.objects.filter(id=person_id).values_list("name", flat=True).first() or ""
    paths = ClassMembership.objects.unscoped(_WHY).filter(person_id=person_id)
    schools = {
        "".join(f"{step}/" for step in path.split("/")[:3])
        for path in paths.values_list("scope_path", flat=True)
    }
    rows = RosterImport.objects.unscoped(_WHY).filter(scope_path__in=schools)
    said = rows.annotate(
        said=Cast("rows", TextField()),
        wrong=Cast("wrong_rows", TextField()),
        bad=Cast("problems", TextField()),
    )
    if not name:
        return rows.none()
    return said.filter(Q(said__contains=name) | Q(wrong__contains=name) | Q(bad__contains=name))


def _promotions(person_id: UUID) -> QuerySet[Promotion]:
    """The promotions that name the person by number: kept back, or written of."""
    rows = Promotion.objects.unscoped(_WHY).annotate(
        back=Cast("kept_back", TextField()), written=Cast("done", TextField())
    )
    return rows.filter(Q(back__contains=str(person_id)) | Q(written__contains=str(person_id)))


def _rename_in_promotions(person_id: UUID, pseudonym_id: UUID) -> int:
    ids = list(_promotions(person_id).values_list("id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE registry_promotion SET kept_back = replace(kept_back::text, %s, %s)::jsonb,"
            " done = replace(done::text, %s, %s)::jsonb WHERE id = ANY(%s)",
            [*[str(person_id), str(pseudonym_id)] * 2, ids],
        )
    return len(ids)


def _packages(person_id: UUID) -> QuerySet[RosterPackage]:
    """Packages in whose samples or wrong cells the name stands."""
    name = Person.objects.filter(id=person_id).values_list("name", flat=True).first() or ""
    rows = RosterPackage.objects.unscoped(_WHY)
    if not name:
        return rows.none()
    told = rows.annotate(said=Cast("samples", TextField()))
    return told.filter(Q(said__contains=name) | Q(findings__value__contains=name)).distinct()


def _staged(person_id: UUID) -> int:
    """Packages read but not decided about in which the person stands: writing one would bring the person back."""
    return StagedUser.objects.filter(person_id=person_id).values("package_id").distinct().count()


def _forget_in_packages(person_id: UUID) -> int:
    ids = list(_packages(person_id).values_list("id", flat=True))
    PackageFinding.objects.filter(package_id__in=ids).update(value="")
    ended = RosterPackage.objects.unscoped(_WHY).filter(id__in=ids).exclude(state__in=work.UNDER_WAY)
    for package_id in ended.values_list("id", flat=True):
        work.file_of(package_id).unlink(missing_ok=True)
    for package_id in ids:
        work.wrong_file_of(package_id).unlink(missing_ok=True)
    return RosterPackage.objects.unscoped(_WHY).filter(id__in=ids).update(samples={}, file_name="")


holdings.register("registry", 1, export=export, erase=erase)
