"""What the record store holds about one person: copied out on request, erased on request."""

import base64
import json
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from qiming.kernel import holdings
from qiming.kernel.holdings import Fate, Part
from qiming.records.models import (
    Statement,
    XapiAgent,
    XapiAttachment,
    XapiCompletion,
    XapiPerson,
    XapiStatement,
)
from qiming.records.services import home_page
from qiming.records.xapi import documents, erasing, months, people
from qiming.records.xapi.shape import identifier_of

_WHY = "the request was checked in the trust room"


def export(person_id: UUID) -> list[Part]:
    """The statements of which the person is the actor."""
    rows = Statement.objects.unscoped(_WHY).filter(actor_person=person_id)
    columns = {"时间": "timestamp", "做了什么": "verb", "对象": "object_kind", "哪一个": "object_id"}
    says = "按 xAPI 2.0 格式存的每一次学习行为；raw 一列是完整的原文。"
    return [
        holdings.part("records.statement", "学习行为记录", rows, columns, says=says),
        _statements_part(person_id),
        _attachments_part(person_id),
        _documents_part(person_id),
        _progress_part(person_id),
        holdings.part("records.xapiagent", "别的系统用的编号", _agents(person_id), {"编号": "identifier"}),
        holdings.part(
            "records.xapiperson",
            "本人在别的系统记录里的代号",
            XapiPerson.objects.filter(person_id=person_id),
            {"代号": "alias"},
        ),
    ]


def erase(person_id: UUID, pseudonym_id: UUID) -> list[Fate]:
    """The person's statements go; in those of others that name the person the pseudonym takes the place."""
    own = Statement.objects.unscoped(_WHY).filter(actor_person=person_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE records_statement SET raw = replace(raw::text, %s, %s)::jsonb,"
            " object_id = replace(object_id, %s, %s)"
            " WHERE actor_person <> %s AND scope_path LIKE ANY(%s) AND (strpos(raw::text, %s) > 0 OR object_id = %s)",
            [
                str(person_id), str(pseudonym_id), str(person_id), str(pseudonym_id),
                person_id, _places(person_id), str(person_id), str(person_id),
            ],
        )  # fmt: skip
        others = cursor.rowcount
    fates = [holdings.erased("学习行为记录", own), *erasing.erase(person_id, pseudonym_id)]
    if others:
        fates.append(Fate("别人的记录里提到的编号", others, "pseudonym", "是别人的行为，只换掉编号"))
    return fates


def _agents(person_id: UUID) -> QuerySet[XapiAgent]:
    """The person as what other systems sent names our people: our home page and the alias."""
    account = {"homePage": home_page(), "name": str(people.alias_of(person_id))}
    return XapiAgent.objects.filter(identifier=identifier_of({"account": account}))


def _from_outside(person_id: UUID) -> QuerySet[XapiStatement]:
    """Statements of other systems that name the person anywhere, whoever acted."""
    return months.about(_agents(person_id))


def _statements_part(person_id: UUID) -> Part:
    """As they were sent: the person's number in place of the alias."""
    columns = {"存入时间": "stored", "哪个系统送来的": "key_id"}
    says = "别的系统按 xAPI 送来、用本平台内部编号指向本人的记录，原文保存。"
    rows = _from_outside(person_id)
    made = holdings.part("records.xapistatement", "别的系统送来的记录", rows, columns, says=says)
    alias = str(people.alias_of(person_id))
    for row in made.rows:
        row["raw"] = json.loads(json.dumps(row["raw"], ensure_ascii=False).replace(alias, str(person_id)))
    return made


def _progress_part(person_id: UUID) -> Part:
    rows = XapiCompletion.objects.filter(agent__in=_agents(person_id))
    columns = {"最后一次": "last", "完成": "completed", "通过": "passed", "最好得分": "score_best"}
    says = "从上面的记录算出来的，供送来记录的系统查进度。"
    return holdings.part("records.xapicompletion", "在别的系统里的完成情况", rows, columns, says=says)


def _documents_part(person_id: UUID) -> Part:
    """Only what is about the person: a document of somebody else isn't the person's to take away."""
    rows = documents.of_agents(_agents(person_id))
    columns = {"最后一次写入": "updated_at", "种类": "kind", "名字": "name", "内容": "body"}
    says = "别的系统存的进度和资料；不是文字的内容按 base64 写出。"
    made = holdings.part("records.xapidocument", "别的系统存的文档", rows, columns, says=says)
    for row in made.rows:
        row["body"] = _readable(bytes(row["body"]))
    return made


def _attachments_part(person_id: UUID) -> Part:
    """They are erased with their statements."""
    rows = XapiAttachment.objects.filter(statement__in=_from_outside(person_id).values("id"))
    columns = {"哪一条记录的": "statement_id", "类型": "media_type", "内容": "body"}
    says = "随上面的记录送来的附件；不是文字的内容按 base64 写出。"
    made = holdings.part("records.xapiattachment", "别的系统送来的附件", rows, columns, says=says)
    for row in made.rows:
        row["body"] = _readable(bytes(row["body"]))
    return made


def _readable(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return base64.b64encode(body).decode()


def _places(person_id: UUID) -> list[str]:
    """Where statements about the person can lie: the places of the person's own (a search by prefix stays cheap)."""
    rows = Statement.objects.unscoped(_WHY).filter(actor_person=person_id)
    return [f"{path}%" for path in rows.order_by().values_list("scope_path", flat=True).distinct()]


holdings.register("records", 4, export=export, erase=erase)
