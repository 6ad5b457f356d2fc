"""Which of our places the rows of orgs.csv and classes.csv are; which are new. Nothing of ours is written here."""

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from qiming.kernel.ids import new_id
from qiming.registry.models import ExternalId, Organisation, PackageFinding, RosterPackage, StagedOrg
from qiming.registry.oneroster.sql import Sql, finding
from qiming.registry.types import OrgKind

_WHY = "places carry no personal data; every row is held against the reach of the package's place"
BAD = "('W','w','h')"
UUID_SHAPE = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"


@dataclass(slots=True)
class _Known:
    """Our places by what a file may call them."""

    places: dict[UUID, Organisation]
    by_sid: dict[str, UUID]
    by_code: dict[str, UUID]
    by_name: dict[tuple[UUID | None, str], UUID]
    loose: dict[str, list[UUID]] = field(default_factory=dict)


def match_orgs(kept: RosterPackage, sources: list[UUID]) -> None:
    """Give every row of orgs.csv its place, or say why it has none."""
    rows = list(StagedOrg.objects.filter(package=kept).order_by("line"))
    known = _known(sources)
    by_sid = {row.sid: row for row in rows if row.sid}
    twice = {sid for sid, n in Counter(row.sid for row in rows if row.sid).items() if n > 1}
    said: list[PackageFinding] = []
    for row in rows:
        row.place_id = known.by_sid.get(row.sid)
        if row.fate == "W":
            continue
        reason = (
            ("sourcedId", "同一个 sourcedId 出现了不止一次")
            if row.sid in twice
            else _match(row, by_sid, known, kept)
        )
        if reason is not None:
            row.fate = "w"
            said.append(_finding(kept, row, *reason))
    said += _clashes(kept, rows, known)
    PackageFinding.objects.bulk_create(said)
    StagedOrg.objects.bulk_update(rows, ["place_id", "parent_id", "fate"], batch_size=1000)


def _known(sources: list[UUID]) -> _Known:
    kinds = [OrgKind.CITY, OrgKind.DISTRICT, OrgKind.SCHOOL]
    places = {place.id: place for place in Organisation.objects.unscoped(_WHY).filter(kind__in=kinds)}
    named = ExternalId.objects.filter(source_id__in=sources, kind=ExternalId.Kind.ORG)
    ranked = sorted(
        named.values_list("sourced_id", "target_id", "source_id"),
        key=lambda one: sources.index(one[2]),
        reverse=True,
    )
    known = _Known(
        places,
        {sid: target for sid, target, _ in ranked if target in places},
        {place.official_code: place.id for place in places.values() if place.official_code},
        {(place.parent_id, place.name): place.id for place in places.values() if place.closed_on is None},
    )
    for place in places.values():
        known.loose.setdefault(place.name, []).append(place.id)
    return known


def _match(
    row: StagedOrg, by_sid: dict[str, StagedOrg], known: _Known, kept: RosterPackage
) -> tuple[str, str] | None:
    """Find the row's place; the column and the reason when it cannot be taken."""
    if row.kind in ("above", "department"):
        row.fate = "k"
        return None
    chain, fault = _above(row, by_sid)
    if fault:
        return "parentSourcedId", fault
    if row.place_id is None:
        row.place_id = _itself(row, known) or _natural(row, chain, known)
    if row.kind in ("city", "district"):
        return _match_above_schools(row, known, kept)
    return _match_school(row, chain, known, kept)


def _above(row: StagedOrg, by_sid: dict[str, StagedOrg]) -> tuple[list[StagedOrg], str]:
    """The rows above, nearest first; a fault when they go in a circle or into nothing."""
    chain: list[StagedOrg] = []
    seen, at = {row.sid}, row
    while at.parent_sid:
        above = by_sid.get(at.parent_sid)
        if at.parent_sid in seen:
            return chain, "上级单位绕成了一个圈"
        if above is None:
            return chain, "" if at is not row else _missing(row)
        seen.add(above.sid)
        chain.append(above)
        at = above
    return chain, ""


def _missing(row: StagedOrg) -> str:
    # In a delta the parent may have come earlier; then it is known by its id and the row has a place already.
    return "" if row.place_id or row.kind != "school" else "orgs.csv 里没有这个上级单位"


def _itself(row: StagedOrg, known: _Known) -> UUID | None:
    """A package that we wrote ourselves names our own keys."""
    try:
        own = UUID(row.sid)
    except ValueError:
        return None
    return own if own in known.places else None


def _natural(row: StagedOrg, chain: list[StagedOrg], known: _Known) -> UUID | None:
    if row.kind == "school":
        if row.code and row.code in known.by_code:
            return known.by_code[row.code]
        district = _district(row, chain, known)
        if district is not None:
            return known.by_name.get((district, row.name))
    found = [one for one in known.loose.get(row.name, []) if known.places[one].kind == row.kind]
    return found[0] if len(found) == 1 else None


def _district(row: StagedOrg, chain: list[StagedOrg], known: _Known) -> UUID | None:
    for above in chain:
        place_id = above.place_id or known.by_sid.get(above.sid) or _itself(above, known)
        if place_id is None and above.kind == "district":
            place_id = _natural(above, [], known)
        if place_id and known.places[place_id].kind == OrgKind.DISTRICT:
            return place_id
    named = known.by_sid.get(row.parent_sid)
    return named if named and known.places[named].kind == OrgKind.DISTRICT else None


def _match_above_schools(row: StagedOrg, known: _Known, kept: RosterPackage) -> tuple[str, str] | None:
    place = known.places.get(row.place_id) if row.place_id else None
    if place is None or place.kind != row.kind:
        row.place_id = None
        return "name", f"这里没有“{row.name}”；市和区不从名单里新建"
    path = str(kept.place.scope_path)
    if not (place.path.startswith(path) or path.startswith(place.path)):
        return "name", f"{place.name}不归{kept.place.name}管"
    row.fate = "u"
    return None


def _match_school(
    row: StagedOrg, chain: list[StagedOrg], known: _Known, kept: RosterPackage
) -> tuple[str, str] | None:
    if row.place_id is not None:
        return _match_known_school(row, known.places[row.place_id], kept.place)
    if row.gone:
        row.fate = "k"
        return None
    district = _district(row, chain, known)
    if district is None and kept.place.kind == OrgKind.DISTRICT:
        district = kept.place_id
    if district is None:
        return "parentSourcedId", "看不出这所学校属于哪个区"
    if not known.places[district].path.startswith(kept.place.path):
        return "name", f"“{row.name}”不归{kept.place.name}管"
    row.place_id, row.fate, row.parent_id = new_id(), "n", district
    return None


def _match_known_school(row: StagedOrg, place: Organisation, reach: Organisation) -> tuple[str, str] | None:
    if place.kind != OrgKind.SCHOOL:
        return "type", f"这个编号在这里是{place.name}，不是学校"
    if not place.path.startswith(reach.path):
        return "name", f"{place.name}不归{reach.name}管"
    may_rename = reach.kind != OrgKind.SCHOOL
    changed = may_rename and (place.name != row.name or bool(row.code and not place.official_code))
    if place.closed_on is not None:
        row.fate = "k" if row.gone else "r"
    else:
        row.fate = "d" if row.gone else "c" if changed else "u"
    return None


def _clashes(kept: RosterPackage, rows: list[StagedOrg], known: _Known) -> list[PackageFinding]:
    """Two rows for one place, or two schools of one name below one district."""
    taken = [row for row in rows if row.fate in ("n", "c", "u", "d", "r") and row.kind == "school"]
    same_place = Counter(row.place_id for row in taken)
    named = Counter((_parent(row, known), row.name) for row in taken if row.fate != "d")
    coded = Counter(row.code for row in taken if row.code)
    staying = {row.place_id for row in taken}
    said = []
    for row in taken:
        key = (_parent(row, known), row.name)
        holder = known.by_name.get(key)
        if same_place[row.place_id] > 1:
            said.append(_finding(kept, row, "sourcedId", "有两行说的是同一所学校"))
        elif (
            named[key] > 1 or (holder not in (None, row.place_id) and holder not in staying)
        ) and not row.gone:
            said.append(_finding(kept, row, "name", f"同一个区里有两所学校都叫“{row.name}”"))
        elif row.code and coded[row.code] > 1:
            said.append(_finding(kept, row, "identifier", "两所学校用了同一个标识码"))
        else:
            continue
        row.fate = "w"
    return said


def _parent(row: StagedOrg, known: _Known) -> UUID | None:
    if row.fate == "n":
        return row.parent_id
    place = known.places.get(row.place_id) if row.place_id else None
    return place.parent_id if place else None


def _finding(kept: RosterPackage, row: StagedOrg, column: str, reason: str) -> PackageFinding:
    shown = {"name": row.name, "sourcedId": row.sid, "parentSourcedId": row.parent_sid}.get(column, "")
    return PackageFinding(
        package=kept,
        file="orgs",
        line=row.line,
        column=column,
        value=shown[:40],
        reason=reason,
        by_reading=False,
    )


def match_classes(sql: Sql) -> None:
    """Give every row of classes.csv its school and its class."""
    _classes_twice(sql)
    _schools_of_classes(sql)
    _known_classes(sql)
    _new_classes(sql)


def _classes_twice(sql: Sql) -> None:
    _refuse(
        sql,
        "sid IN (SELECT sid FROM registry_stagedclass WHERE package_id = %(package)s::uuid AND sid <> '' "
        "GROUP BY sid HAVING count(*) > 1)",
        "sourcedId",
        "sid",
        "同一个 sourcedId 出现了不止一次",
    )


def _refuse(sql: Sql, condition: str, column: str, value: str, reason: str) -> int:
    """Mark the classes that meet a condition as wrong, and say so."""
    if not sql.run(
        finding(
            "classes",
            f"SELECT line, '{column}', {value}, '{reason}' FROM registry_stagedclass AS c "
            f"WHERE package_id = %(package)s::uuid AND fate NOT IN {BAD} AND ({condition})",
        )
    ):
        return 0
    return sql.run(
        f"UPDATE registry_stagedclass AS c SET fate = 'w' "
        f"WHERE package_id = %(package)s::uuid AND fate NOT IN {BAD} AND ({condition})"
    )


def _schools_of_classes(sql: Sql) -> None:
    sql.run(
        """
        UPDATE registry_stagedclass c SET school_id = o.place_id,
               fate = CASE WHEN c.fate = '' AND o.fate IN ('W','w','h') THEN 'h' ELSE c.fate END
        FROM registry_stagedorg o
        WHERE c.package_id = %(package)s::uuid AND o.package_id = c.package_id AND o.sid = c.school_sid
          AND o.kind = 'school'
        """
    )
    sql.run(
        """
        UPDATE registry_stagedclass c SET school_id = p.id
        FROM registry_organisation p
        WHERE c.package_id = %(package)s::uuid AND c.school_id IS NULL AND NOT %(bulk_orgs)s::bool
          AND p.kind = 'school' AND p.closed_on IS NULL AND starts_with(p.scope_path, %(path)s::text)
          AND (p.id::text = lower(c.school_sid) OR p.id = (
               SELECT x.target_id FROM registry_externalid x
               WHERE x.source_id = ANY(%(sources)s::uuid[]) AND x.kind = 'o' AND x.sourced_id = c.school_sid
               ORDER BY array_position(%(sources)s::uuid[], x.source_id) LIMIT 1))
        """
    )
    _refuse(
        sql, "school_id IS NULL AND fate = ''", "schoolSourcedId", "school_sid", "没有这所学校，或不归这里管"
    )
    _refuse(
        sql,
        """kind = 'h' AND NOT gone AND grade IS NOT NULL AND EXISTS (
             SELECT 1 FROM registry_organisation p WHERE p.id = c.school_id AND p.stages <> '[]'::jsonb
             AND NOT p.stages ? CASE WHEN c.grade <= 6 THEN 'primary' WHEN c.grade <= 9 THEN 'junior'
                                     ELSE 'senior' END)""",
        "grades",
        "title",
        "学校没有这个学段",
    )


def _known_classes(sql: Sql) -> None:
    sql.run(
        """
        UPDATE registry_stagedclass c SET place_id = coalesce(
            (SELECT x.target_id FROM registry_externalid x
             WHERE x.source_id = ANY(%(sources)s::uuid[]) AND x.kind = 'c' AND x.sourced_id = c.sid
             ORDER BY array_position(%(sources)s::uuid[], x.source_id) LIMIT 1),
            (SELECT p.id FROM registry_organisation p WHERE p.id = CASE WHEN c.sid ~ %(uuid_shape)s::text
             THEN c.sid::uuid END AND p.kind IN ('class_group', 'teaching_group')
             AND starts_with(p.scope_path, %(path)s::text)))
        WHERE package_id = %(package)s::uuid
        """,
        uuid_shape=UUID_SHAPE,
    )
    _refuse(
        sql,
        """place_id IS NOT NULL AND EXISTS (SELECT 1 FROM registry_organisation p WHERE p.id = c.place_id
           AND (p.parent_id <> c.school_id OR NOT starts_with(p.scope_path, %(path)s::text)
                OR p.kind <> CASE c.kind WHEN 'h' THEN 'class_group' ELSE 'teaching_group' END))""",
        "schoolSourcedId",
        "school_sid",
        "这个班原来在另一所学校，或换了类型；请用新的 sourcedId",
    )
    sql.run(
        f"""
        UPDATE registry_stagedclass c SET place_id = p.id FROM registry_organisation p
        WHERE c.package_id = %(package)s::uuid AND c.place_id IS NULL AND c.fate NOT IN {BAD}
          AND p.parent_id = c.school_id AND p.closed_on IS NULL
          AND ((c.kind = 'h' AND p.kind = 'class_group' AND p.grade = c.grade AND p.class_no = c.class_no)
               OR (c.kind = 's' AND p.kind = 'teaching_group' AND p.name = c.title))
          AND NOT EXISTS (SELECT 1 FROM registry_stagedclass o WHERE o.package_id = c.package_id
                          AND o.place_id = p.id)
        """
    )
    _refuse(
        sql,
        "place_id IN (SELECT place_id FROM registry_stagedclass WHERE package_id = %(package)s::uuid "
        f"AND place_id IS NOT NULL AND fate NOT IN {BAD} GROUP BY place_id HAVING count(*) > 1)",
        "title",
        "title",
        "有两行说的是同一个班",
    )


def _new_classes(sql: Sql) -> None:
    sql.run(
        f"""
        UPDATE registry_stagedclass c SET fate = CASE
            WHEN c.gone THEN CASE WHEN p.id IS NULL OR p.closed_on IS NOT NULL THEN 'k' ELSE 'd' END
            WHEN p.id IS NULL THEN 'n'
            WHEN p.closed_on IS NOT NULL THEN 'r'
            WHEN c.kind = 'h' AND (p.grade, p.class_no) IS DISTINCT FROM (c.grade, c.class_no) THEN 'c'
            WHEN c.kind = 's' AND p.name <> c.title THEN 'c'
            ELSE 'u' END
        FROM registry_stagedclass me LEFT JOIN registry_organisation p ON p.id = me.place_id
        WHERE c.id = me.id AND c.package_id = %(package)s::uuid AND c.fate NOT IN {BAD}
        """
    )
    # What a class wants to be called must be free: nobody else in the file wants it, nobody outside has it.
    wants = f"""package_id = %(package)s::uuid AND NOT gone AND fate NOT IN {BAD}"""
    _refuse(
        sql,
        f"""c.kind = 'h' AND NOT gone AND (school_id, grade, class_no) IN (
              SELECT school_id, grade, class_no FROM registry_stagedclass WHERE {wants} AND kind = 'h'
              GROUP BY 1, 2, 3 HAVING count(*) > 1)""",
        "title",
        "title",
        "同一所学校有两个同年级同班号的班",
    )
    _refuse(
        sql,
        f"""c.kind = 's' AND NOT gone AND (school_id, title) IN (
              SELECT school_id, title FROM registry_stagedclass WHERE {wants} AND kind = 's'
              GROUP BY 1, 2 HAVING count(*) > 1)""",
        "title",
        "title",
        "同一所学校有两个同名的教学班",
    )
    _refuse(
        sql,
        """fate IN ('n','c','r') AND EXISTS (
             SELECT 1 FROM registry_organisation p WHERE p.parent_id = c.school_id AND p.closed_on IS NULL
             AND p.id IS DISTINCT FROM c.place_id
             AND CASE c.kind WHEN 'h' THEN p.grade = c.grade AND p.class_no = c.class_no
                      ELSE p.name = c.title END
             AND NOT EXISTS (SELECT 1 FROM registry_stagedclass o WHERE o.package_id = c.package_id
                             AND o.place_id = p.id AND o.fate IN ('c','d','r')))""",
        "title",
        "title",
        "学校里已经有这个班，名单里没有写它变成了什么",
    )
    sql.run(
        "UPDATE registry_stagedclass SET place_id = registry_new_id() "
        "WHERE package_id = %(package)s::uuid AND fate = 'n'"
    )
