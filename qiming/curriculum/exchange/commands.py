"""What `qiming content export` and `qiming content import` do."""

from pathlib import Path

from qiming.curriculum.exchange.folder import write_folder
from qiming.curriculum.exchange.formats import FORMATS, read_package
from qiming.curriculum.exchange.leaving import from_folder
from qiming.curriculum.exchange.model import Report
from qiming.curriculum.reading import Library
from qiming.kernel.errors import UserError


def run_export(library: Library, key: str, out: Path, format_key: str) -> Report:
    """Write a course of the folder; raises `UserError`."""
    _known(format_key)
    course = next((one for one in library.courses if one.name == key), None)
    if course is None or course.course is None:
        there = "、".join(one.name for one in library.courses)
        raise UserError(f"没有课程“{key}”", kept="什么也没有写。", next=f"有：{there}。")
    report = Report()
    body = FORMATS[format_key].write(from_folder(course), lambda *_: None, report)
    out.write_bytes(body)
    return report


def run_import(package: Path, out: Path | None, format_key: str) -> Report:
    """Read a package, and write it as a draft course folder when `out` is given; raises `UserError`."""
    if format_key:
        _known(format_key)
    course = read_package(package, package.name, lambda *_: None, format_key)
    if out is not None:
        write_folder(course, out)
    return course.report


def _known(key: str) -> None:
    if key not in FORMATS:
        raise UserError(
            f"没有“{key}”这种格式", kept="什么也没有写。", next=f"可用的有：{'、'.join(FORMATS)}。"
        )
