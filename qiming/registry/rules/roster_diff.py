"""What a roster would change: who is new, changed, unchanged, back or gone; and which rows cannot be taken."""

import hashlib
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from qiming.registry.rules.names import class_name
from qiming.registry.rules.roster_rows import NUMBER, SEAT, Problem, RosterRow

ClassKey = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Member:
    """A pupil as the roster stands now (`is_open`) or stood when the pupil left."""

    membership_id: UUID
    person_id: UUID
    grade: int
    class_no: int
    seat_no: int
    name: str
    number_digest: str | None
    is_open: bool = True

    @property
    def class_key(self) -> ClassKey:
        return self.grade, self.class_no


class Kind(StrEnum):
    """What happens to one pupil."""

    NEW = "new"
    BACK = "back"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the preview: a row of the file, a pupil of the roster, or both; `says` in plain words."""

    kind: Kind
    row: RosterRow | None
    member: Member | None
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diff:
    """What applying a file would do; `problems` are rows that turned out to be impossible on the way."""

    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]
    new_classes: tuple[ClassKey, ...]
    held_back: int = 0

    def of(self, kind: Kind) -> list[Change]:
        return [change for change in self.changes if change.kind is kind]

    @property
    def counts(self) -> dict[str, int]:
        return {kind.value: len(self.of(kind)) for kind in Kind} | {
            "wrong": len({problem.line for problem in self.problems}),
            "classes": len(self.new_classes),
            "held_back": self.held_back,
        }


@dataclass(slots=True)
class _Matching:
    pairs: dict[int, Member] = field(default_factory=dict)
    taken: set[UUID] = field(default_factory=set)

    def pair(self, row: RosterRow, member: Member) -> None:
        self.pairs[row.line] = member
        self.taken.add(member.person_id)


def stamp_of(members: Sequence[Member]) -> str:
    """A fingerprint of the open roster: when it differs, the roster changed in between."""
    lines = sorted(
        f"{m.membership_id}|{m.grade}|{m.class_no}|{m.seat_no}|{m.name}|{m.number_digest}"
        for m in members
        if m.is_open
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def diff(
    rows: Sequence[RosterRow],
    members: Sequence[Member],
    *,
    known_classes: Collection[ClassKey],
    touched_by_wrong: Collection[ClassKey | None] = (),
    numbers_elsewhere: Collection[str] = (),
) -> Diff:
    """Compare a file's rows with the roster of the school.

    Only classes that the file speaks of are touched. Nobody leaves a class about which some row is wrong: the
    wrong row may be the missing pupil.
    """
    problems = [
        Problem(row.line, NUMBER, f"…{row.number_tail}", "这个学籍号在另一所学校还在读；请先由那所学校办离校")
        for row in rows
        if row.number_digest in numbers_elsewhere
    ]
    touched = set(touched_by_wrong)
    good = list(rows)
    while True:
        wrong_lines = {problem.line for problem in problems}
        touched |= {row.class_key for row in good if row.line in wrong_lines}
        good = [row for row in good if row.line not in wrong_lines]
        changes, held_back = _changes(good, members, touched)
        clashes = _clashes(changes, members)
        if not clashes:
            break
        problems += clashes
    classes = {row.class_key for row in good} - set(known_classes)
    return Diff(tuple(changes), tuple(problems), tuple(sorted(classes)), held_back)


def _changes(
    rows: Sequence[RosterRow], members: Sequence[Member], touched: Collection[ClassKey | None]
) -> tuple[list[Change], int]:
    matching = _match(rows, members)
    changes = [_change(row, matching.pairs.get(row.line)) for row in rows]
    spoken_of = {row.class_key for row in rows}
    missing = [
        member
        for member in members
        if member.is_open and member.class_key in spoken_of and member.person_id not in matching.taken
    ]
    leaving = [m for m in missing if None not in touched and m.class_key not in touched]
    seats = {(*row.class_key, row.seat_no): row for row in rows}
    changes += [
        Change(Kind.ENDED, None, m, _leaving_words(m, seats.get((*m.class_key, m.seat_no)))) for m in leaving
    ]
    return changes, len(missing) - len(leaving)


def _leaving_words(member: Member, row: RosterRow | None) -> tuple[str, ...]:
    if row is None or row.name == member.name:
        return ("名单里没有了，办离校；学习记录都保留",)
    return (
        f"{member.seat_no}号改成了{row.name}：按换了一个人办理；只是改名的话，请先在班级名单里改名再导入",
    )


def _match(rows: Sequence[RosterRow], members: Sequence[Member]) -> _Matching:
    found = _Matching()
    staying = [m for m in members if m.is_open]
    _match_by_number(rows, members, found)
    _match_by_name(rows, staying, found, lambda at: (at.class_key, at.name, at.seat_no))
    _match_by_name(rows, staying, found, lambda at: (at.class_key, at.name))
    spoken_of = {row.class_key for row in rows}
    in_file = [m for m in staying if m.class_key in spoken_of]
    _match_by_name(rows, in_file, found, lambda at: (at.grade, at.name))  # moved within the file
    _match_returning(rows, [m for m in members if not m.is_open], found)
    return found


def _match_by_number(rows: Sequence[RosterRow], members: Sequence[Member], found: _Matching) -> None:
    by_number: dict[str, Member] = {}
    for member in sorted(members, key=lambda m: m.is_open):  # an open membership wins over an ended one
        if member.number_digest:
            by_number[member.number_digest] = member
    for row in rows:
        member_found = by_number.get(row.number_digest or "")
        if member_found is not None and member_found.person_id not in found.taken:
            found.pair(row, member_found)


def _match_by_name(
    rows: Sequence[RosterRow],
    members: Sequence[Member],
    found: _Matching,
    key: Callable[[RosterRow | Member], Hashable],
) -> None:
    """Pair what agrees in `key`, when on each side just one does; numbers that differ speak against it."""
    free_rows = _single((row for row in rows if row.line not in found.pairs), key)
    free = _single((m for m in members if m.person_id not in found.taken), key)
    for value, row in free_rows.items():
        member = free.get(value)
        if member is None or not isinstance(member, Member) or not isinstance(row, RosterRow):
            continue
        if not _numbers_differ(row, member):
            found.pair(row, member)


def _single(
    things: Iterable[RosterRow | Member], key: Callable[[RosterRow | Member], Hashable]
) -> dict[Hashable, RosterRow | Member]:
    groups: dict[Hashable, list[RosterRow | Member]] = {}
    for thing in things:
        groups.setdefault(key(thing), []).append(thing)
    return {value: group[0] for value, group in groups.items() if len(group) == 1}


def _numbers_differ(row: RosterRow, member: Member) -> bool:
    return bool(row.number_digest and member.number_digest and row.number_digest != member.number_digest)


def _match_returning(rows: Sequence[RosterRow], left: Sequence[Member], found: _Matching) -> None:
    """Somebody who left (perhaps by a wrong file) and stands in the same seat of the same class again."""
    by_place = {(*m.class_key, m.seat_no, m.name): m for m in left}
    for row in rows:
        member = by_place.get((*row.class_key, row.seat_no, row.name))
        if row.line in found.pairs or member is None or member.person_id in found.taken:
            continue
        if not _numbers_differ(row, member):
            found.pair(row, member)


def _change(row: RosterRow, member: Member | None) -> Change:
    if member is None:
        return Change(Kind.NEW, row, None)
    if not member.is_open:
        return Change(Kind.BACK, row, member, ("以前在这所学校，回来接着用原来的记录",))
    says = []
    if member.class_key != row.class_key:
        says.append(f"从{class_name(*member.class_key)}转到{class_name(*row.class_key)}")
    if member.seat_no != row.seat_no:
        says.append(f"座号从{member.seat_no}改为{row.seat_no}")
    if member.name != row.name:
        says.append(f"姓名从{member.name}改为{row.name}")
    if row.number_digest and not member.number_digest:
        says.append("补上学籍号")
    elif row.number_digest and member.number_digest != row.number_digest:
        says.append("更正学籍号")
    return Change(Kind.CHANGED if says else Kind.UNCHANGED, row, member, tuple(says))


def _clashes(changes: Sequence[Change], members: Sequence[Member]) -> list[Problem]:
    """Rows whose seat would still be held by somebody whom the file does not move away."""
    moved = {c.member.person_id for c in changes if c.member is not None}
    staying = {(*m.class_key, m.seat_no): m for m in members if m.is_open and m.person_id not in moved}
    return [
        Problem(
            change.row.line,
            SEAT,
            str(change.row.seat_no),
            f"{change.row.seat_no}号现在是{staying[place].name}，文件里没有写这名学生去哪里",
        )
        for change in changes
        if change.row is not None
        and change.kind is not Kind.UNCHANGED
        and (place := (*change.row.class_key, change.row.seat_no)) in staying
    ]
