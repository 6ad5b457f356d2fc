"""Lines of a package as rows to stage, or what is wrong with them. Pure: no database, no clock.

A row with a wrong cell is staged all the same (`fate` W) when its ids can be read, so that what hangs on it can be
held back and nobody is ended because of a slip of the pen.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from qiming.registry.oneroster import values
from qiming.registry.oneroster.columns import CLASS_NO, SEAT, Heading
from qiming.registry.oneroster.values import Wrong

T = TypeVar("T")
Cell = str | int | bool | date | datetime | None
MAX_VALUE = 40
_SECRET = {"identifier", "username", "password", "email", "sms", "phone"}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Out:
    """A row for a staging table."""

    table: str
    cells: tuple[Cell, ...]


# The columns of the staging tables in the order in which `Out.cells` brings them (package comes first).
STAGED: dict[str, tuple[str, ...]] = {
    "org": ("line", "sid", "gone", "modified", "fate", "name", "kind", "code", "parent_sid"),
    "class": (
        *("line", "sid", "gone", "modified", "fate"),
        *("kind", "title", "grade", "class_no", "school_sid"),
    ),
    "user": (
        *("line", "sid", "gone", "modified", "fate"),
        *("kind", "name", "username", "enabled", "digest", "tail", "known"),
    ),
    "role": ("line", "sid", "gone", "modified", "fate", "user_sid", "org_sid", "role", "kind"),
    "enrollment": (
        *("line", "sid", "gone", "modified", "fate"),
        *("class_sid", "user_sid", "role", "starts", "ends", "given", "class_kind"),
    ),
    "agent": ("line", "user_sid", "agent_sid"),
}


@dataclass(slots=True)
class Reader:
    """Reads the lines of one file. `digest` makes of a pupil number what is kept of it."""

    file: str
    heading: Heading
    version: str
    mode: str
    today: date
    digest: Callable[[str], str]
    line: int = 0
    row: Sequence[str] = ()
    problems: list[Problem] = field(default_factory=list)

    def read(self, line: int, row: Sequence[str]) -> list[Out]:
        """The rows to stage for one line; what is wrong is in `problems` afterwards."""
        self.line, self.row, self.problems = line, row, []
        return _READERS[self.file](self)

    def cell(self, column: str) -> str:
        place = self.heading.at.get(column)
        return self.row[place] if place is not None and place < len(self.row) else ""

    def value(self, column: str, read: Callable[[str], T], otherwise: T) -> T:
        """The value of a cell; a wrong one is noted and `otherwise` stands in for it."""
        try:
            return read(self.cell(column))
        except Wrong as wrong:
            self.wrong(column, str(wrong))
            return otherwise

    def wrong(self, column: str, reason: str) -> None:
        shown = values.plain(self.cell(column))[:MAX_VALUE]
        if column in _SECRET:
            shown = f"…{shown[-4:]}" if len(shown) > 4 else "…"
        self.problems.append(Problem(self.line, column, shown, reason))

    def start(self) -> tuple[str, bool, datetime | None]:
        """sourcedId, whether the row says it is over, and when it was last changed."""
        sid = self.value("sourcedId", values.read_id, "")
        modified = self.value("dateLastModified", values.read_moment, None)
        gone = self.value("status", values.read_gone, False)
        if self.mode == "delta":
            for column in ("status", "dateLastModified"):
                if not self.cell(column).strip():
                    self.wrong(column, "delta 文件的这一格不能空着")
        return sid, gone, modified

    @property
    def fate(self) -> str:
        return "W" if self.problems else ""


def _org(reader: Reader) -> list[Out]:
    sid, gone, modified = reader.start()
    kind = reader.value("type", values.read_org_kind, "")
    name = values.plain(reader.cell("name"))
    if not 1 <= len(name) <= 60:
        reader.wrong("name", "名称要有1到60个字")
    code = values.school_code(reader.cell("identifier"))
    parent = reader.value("parentSourcedId", lambda cell: values.read_id(cell, may_be_empty=True), "")
    cells = (reader.line, sid, gone, modified, reader.fate, name[:60], kind, code, parent)
    return [Out("org", cells)]


def _class(reader: Reader) -> list[Out]:
    sid, gone, modified = reader.start()
    school = reader.value("schoolSourcedId", values.read_id, "")
    homeroom = reader.value("classType", values.read_homeroom, True)
    title = values.plain(reader.cell("title"))[:60]
    grade = values.read_grades(reader.cell("grades"), title)
    number = values.read_number(reader.cell(CLASS_NO), title, reader.cell("classCode"))
    if not title:
        reader.wrong("title", "班级名称没有填")
    if homeroom and not gone:
        if grade is None:
            reader.wrong("grades", "看不出是几年级；行政班要写一个年级，如 07")
        if number is None:
            reader.wrong("classCode", "看不出是几班；请在 title 写“七年级（3）班”，或在 classCode 写 3")
    kind = "h" if homeroom else "s"
    cells = (
        *(reader.line, sid, gone, modified, reader.fate),
        *(kind, title, grade, number if homeroom else None, school),
    )
    return [Out("class", cells)]


def _user(reader: Reader) -> list[Out]:
    sid, gone, modified = reader.start()
    name = ""
    if not gone:
        try:
            name = values.read_name(reader.cell("givenName"), reader.cell("familyName"))
        except Wrong as wrong:
            reader.wrong("givenName", str(wrong))
    enabled = reader.value("enabledUser", lambda cell: values.read_yes(cell, True), True)
    kind = ""
    orgs: list[str] = []
    none: list[str] = []
    if reader.version == "1.1" and not gone:
        kind = reader.value("role", values.read_kind, "")
        orgs = reader.value("orgSourcedIds", values.read_ids, none)
        if not orgs and kind != values.GUARDIAN:
            reader.wrong("orgSourcedIds", "要写在哪个单位")
    number = values.pupil_number(reader.cell("identifier"))
    agents = none if gone else reader.value("agentSourcedIds", values.read_ids, none)
    username = values.account_name(reader.cell("username"))
    kept = (reader.digest(number), number[-4:]) if number else (None, "")
    out = [
        Out(
            "user",
            (
                *(reader.line, sid, gone, modified, reader.fate),
                *(kind, name, username, enabled, *kept, False),
            ),
        )
    ]
    out += [Out("agent", (reader.line, sid, agent)) for agent in agents if agent != sid]
    if not reader.problems:
        role = values.plain(reader.cell("role"))[:24]
        start = (reader.line, "", False, modified, "", sid)
        out += [Out("role", (*start, org, role, kind)) for org in orgs if kind == values.STAFF]
    return out


def _role(reader: Reader) -> list[Out]:
    optional = "sourcedId" in reader.heading.at and bool(reader.cell("sourcedId").strip())
    sid, gone, modified = reader.start() if optional else ("", False, None)
    user = reader.value("userSourcedId", values.read_id, "")
    org = reader.value("orgSourcedId", values.read_id, "")
    kind = reader.value("role", values.read_kind, "")
    ends = reader.value("endDate", values.read_date, None)
    role = values.plain(reader.cell("role"))[:24]
    over = gone or (ends is not None and ends <= reader.today)
    return [Out("role", (reader.line, sid, over, modified, reader.fate, user, org, role, kind))]


def _enrollment(reader: Reader) -> list[Out]:
    sid, gone, modified = reader.start()
    group = reader.value("classSourcedId", values.read_id, "")
    user = reader.value("userSourcedId", values.read_id, "")
    role = reader.value("role", values.read_seat_role, "x")
    starts = reader.value("beginDate", values.read_date, None)
    ends = reader.value("endDate", values.read_date, None)
    seat = reader.value(SEAT, values.read_seat, None)
    if starts and ends and ends < starts:
        reader.wrong("endDate", "结束早于开始")
    over = gone or (ends is not None and ends <= reader.today)
    cells = (
        *(reader.line, sid, over, modified, reader.fate),
        *(group, user, role, starts, ends, seat, ""),
    )
    return [Out("enrollment", cells)]


def _session(reader: Reader) -> list[Out]:
    """Read to be judged; the calendar here has dates of its own, with their sources."""
    reader.start()
    starts = reader.value("startDate", values.read_date, None)
    ends = reader.value("endDate", values.read_date, None)
    if starts is None and not reader.problems:
        reader.wrong("startDate", "这一格不能空着")
    if starts and ends and ends <= starts:
        reader.wrong("endDate", "结束要晚于开始")
    return []


def _course(reader: Reader) -> list[Out]:
    reader.start()
    if not values.plain(reader.cell("title")):
        reader.wrong("title", "这一格不能空着")
    return []


_READERS: dict[str, Callable[[Reader], list[Out]]] = {
    "orgs": _org,
    "academicSessions": _session,
    "courses": _course,
    "classes": _class,
    "users": _user,
    "roles": _role,
    "enrollments": _enrollment,
}


def as_copy_line(package: str, cells: Sequence[Any]) -> str:
    """A row in PostgreSQL's text format for COPY."""
    written = [package]
    for cell in cells:
        if cell is None:
            written.append("\\N")
        elif cell is True:
            written.append("t")
        elif cell is False:
            written.append("f")
        elif isinstance(cell, str):
            written.append(cell if cell.isprintable() and "\\" not in cell else _escaped(cell))
        else:
            written.append(str(cell))
    return "\t".join(written) + "\n"


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": None})


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)
