"""A synthetic OneRoster 1.2 package of a city, written line by line: invented people, nobody's numbers.

Schools, classes and pupils are dealt out evenly below the real district bodies; names are drawn from short lists, so
they repeat as names do. The ids are counted, hence the same package for the same numbers.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from qiming.registry.oneroster.columns import columns_of, write_manifest

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
GIVEN = "安白冰晨川丹峰歌航宏佳健静凯兰乐明宁平琪然森婷为文曦雅一宇泽舟"
FILES = ("orgs", "academicSessions", "courses", "classes", "users", "roles", "enrollments")


@dataclass(frozen=True, slots=True)
class Size:
    """How big the city is; a class has 41 pupils, a school about 32 classes."""

    pupils: int
    schools: int
    districts: tuple[str, ...]
    pupils_per_class: int = 41
    classes_per_teacher: int = 3

    @property
    def classes(self) -> int:
        return -(-self.pupils // self.pupils_per_class)

    @property
    def teachers(self) -> int:
        return -(-self.classes // self.classes_per_teacher)


def write(target: Path, size: Size) -> int:
    """Write the package; returns the number of data lines in all files together."""
    rows = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as out:
        out.writestr(
            "manifest.csv", write_manifest("1.2", "synthetic-city", list(FILES), "bulk", is_synthetic=True)
        )
        for file in FILES:
            rows += _write_file(out, file, _LINES[file](size))
    return rows


def _write_file(out: zipfile.ZipFile, file: str, lines: Iterable[dict[str, object]]) -> int:
    count = 0
    with (
        out.open(f"{file}.csv", "w", force_zip64=True) as raw,
        io.TextIOWrapper(raw, "utf-8", newline="") as text,
    ):
        writer = csv.DictWriter(text, columns_of(file, "1.2").all, restval="")
        writer.writeheader()
        for line in lines:
            writer.writerow(line)
            count += 1
    return count


def _name(number: int) -> tuple[str, str]:
    mixed = number * 2654435761 % 2**32
    given = GIVEN[mixed % len(GIVEN)] + (GIVEN[mixed // 37 % len(GIVEN)] if mixed % 5 else "")
    return SURNAMES[mixed // 1369 % len(SURNAMES)], given


def _orgs(size: Size) -> Iterator[dict[str, object]]:
    for number, name in enumerate(size.districts):
        yield {"sourcedId": f"D{number}", "name": name, "type": "district"}
    for number in range(size.schools):
        yield {
            "sourcedId": f"S{number}",
            "name": f"模拟第{number + 1}学校",
            "type": "school",
            "parentSourcedId": f"D{number % len(size.districts)}",
        }


def _sessions(size: Size) -> Iterator[dict[str, object]]:
    yield {
        "sourcedId": "Y",
        "title": "2026-2027学年",
        "type": "schoolYear",
        "startDate": "2026-09-01",
        "endDate": "2027-08-31",
        "schoolYear": 2027,
    }


def _courses(size: Size) -> Iterator[dict[str, object]]:
    yield {"sourcedId": "H", "title": "行政班", "schoolYearSourcedId": "Y", "orgSourcedId": "D0"}


def _classes(size: Size) -> Iterator[dict[str, object]]:
    for number in range(size.classes):
        nth = number // size.schools
        grade, class_no = nth % 12 + 1, nth // 12 + 1
        yield {
            "sourcedId": f"C{number}",
            "title": f"{grade}年级（{class_no}）班",
            "grades": f"{grade:02}",
            "courseSourcedId": "H",
            "classCode": class_no,
            "classType": "homeroom",
            "schoolSourcedId": f"S{number % size.schools}",
            "termSourcedIds": "Y",
        }


def _users(size: Size) -> Iterator[dict[str, object]]:
    for sid, count in (("P", size.pupils), ("T", size.teachers)):
        for number in range(count):
            family, given = _name(number)
            yield {
                "sourcedId": f"{sid}{number}",
                "enabledUser": "true",
                "username": f"{sid.lower()}{number:07}",
                "familyName": family,
                "givenName": given,
            }


def _school(size: Size, number: int) -> int:
    """The school of a class."""
    return number % size.schools


def _roles(size: Size) -> Iterator[dict[str, object]]:
    for number in range(size.pupils):
        school = _school(size, number // size.pupils_per_class)
        yield _role(f"P{number}", school, "student")
    for number in range(size.teachers):
        yield _role(f"T{number}", _school(size, number), "teacher")


def _role(user: str, school: int, role: str) -> dict[str, object]:
    return {
        "sourcedId": f"R{user}",
        "userSourcedId": user,
        "roleType": "primary",
        "role": role,
        "orgSourcedId": f"S{school}",
    }


def _enrollments(size: Size) -> Iterator[dict[str, object]]:
    for number in range(size.pupils):
        group = number // size.pupils_per_class
        yield _enrollment(f"P{number}", group, _school(size, group), "student")
    for group in range(size.classes):
        # A teacher's classes lie in the teacher's school.
        teacher = group % size.schools + size.schools * (group // size.schools // size.classes_per_teacher)
        yield _enrollment(f"T{min(teacher, size.teachers - 1)}", group, _school(size, group), "teacher")


def _enrollment(user: str, group: int, school: int, role: str) -> dict[str, object]:
    return {
        "sourcedId": f"E{user}-{group}",
        "classSourcedId": f"C{group}",
        "schoolSourcedId": f"S{school}",
        "userSourcedId": user,
        "role": role,
        "beginDate": "2026-09-01",
    }


_LINES = {
    "orgs": _orgs,
    "academicSessions": _sessions,
    "courses": _courses,
    "classes": _classes,
    "users": _users,
    "roles": _roles,
    "enrollments": _enrollments,
}
