"""What the record store holds about one person: copied out on request, erased on request."""

import base64
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from qiming.kernel import holdings
from qiming.kernel.holdings import Fate, Part
from qiming.records.models import Statement, XapiAgent, XapiAttachment, XapiDocument, XapiStatement
from qiming.records.services import home_page
from qiming.records.xapi import documents, months
from qiming.records.xapi.shape import identifier_of

_WHY = "the request was checked in the trust room"


def export(person_id: UUID) -> list[Part]:
    """The statements of which the person is the actor."""
    rows = Statement.objects.unscoped(_WHY).filter(actor_person=person_id)
    columns = {"时间": "timestamp", "做了什么": "verb", "对象": "object_kind", "哪一个": "object_id"}
    says = "按 xAPI 2.0 格式存的每一次学习行为；raw 一列是完整的原文。"
    outside = {"存入时间": "stored", "哪个系统送来的": "key_id"}
    told = "别的系统按 xAPI 送来、用本平台内部编号指向本人的记录，原文保存。"
    return [
        holdings.part("records.statement", "学习行为记录", rows, columns, says=says),
        holdings.part(
            "records.xapistatement", "别的系统送来的记录", _from_outside(person_id), outside, says=told
        ),
        _attachments_part(person_id),
        _documents_part(person_id),
        holdings.part("records.xapiagent", "别的系统用的编号", _agents(person_id), {"编号": "identifier"}),
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
    months.alone()
    outside = [months.Lying(*one) for one in _from_outside(person_id).values_list("id", "stored")]
    months.forget(outside)
    fates = [
        holdings.erased("学习行为记录", own),
        Fate("别的系统送来的记录", len(outside), "erased"),
        holdings.erased("别的系统存的文档", _documents(person_id)),
        holdings.erased("别的系统用的编号", _agents(person_id)),
    ]
    if others:
        fates.append(Fate("别人的记录里提到的编号", others, "pseudonym", "是别人的行为，只换掉编号"))
    return fates


def _agents(person_id: UUID) -> QuerySet[XapiAgent]:
    """The person as other systems name our people: our home page and the internal number."""
    account = {"homePage": home_page(), "name": str(person_id)}
    return XapiAgent.objects.filter(identifier=identifier_of({"account": account}))


def _from_outside(person_id: UUID) -> QuerySet[XapiStatement]:
    """Statements of other systems that name the person anywhere, whoever acted: they go as a whole."""
    return months.about(_agents(person_id))


def _documents(person_id: UUID) -> QuerySet[XapiDocument]:
    """Documents of other systems about the person, and those of others in which the person's number stands."""
    about = documents.of_agents(_agents(person_id)).values("id")
    named = documents.naming(str(person_id)).values("id")
    return XapiDocument.objects.filter(Q(id__in=about) | Q(id__in=named))


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
