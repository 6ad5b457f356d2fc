"""The formats by name: read a package into a settled draft, write a course out."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from qiming.curriculum.exchange.archive import MANIFEST, NotThere, Package, opened, refuse
from qiming.curriculum.exchange.cc.package_in import read_cc
from qiming.curriculum.exchange.cc.package_out import write_cc
from qiming.curriculum.exchange.leaving import LeavingCourse
from qiming.curriculum.exchange.model import DraftCourse, Report, Tell
from qiming.curriculum.exchange.qti.package_in import read_qti
from qiming.curriculum.exchange.qti.package_out import write_qti
from qiming.curriculum.exchange.settling import say_missing, settle
from qiming.curriculum.exchange.xml import NotReadable, below, local, parse, words

Reader = Callable[[Package, str, Tell], DraftCourse]
Writer = Callable[[LeavingCourse, Tell, Report], bytes]


@dataclass(frozen=True, slots=True)
class Format:
    """How a format is called, for people and for the command line, and what its files end in."""

    key: str
    name: str
    ending: str
    media_type: str
    read: Reader
    write: Writer


FORMATS = {
    "qti3": Format("qti3", "QTI 3.0 题目包", "zip", "application/zip", read_qti, write_qti),
    "cc": Format(
        "cc", "Common Cartridge 课程包", "imscc", "application/vnd.ims.imsccv1p3", read_cc, write_cc
    ),
}


def read_package(path: Path, name: str, tell: Tell, key: str = "") -> DraftCourse:
    """The package at `path` as a settled draft; `key` names the format, empty to find it out. Raises `UserError`."""
    schemas = Path(settings.CONTENT_ROOT) / "schemas"
    title = " ".join(Path(name).stem.split())[:60] or "导入的题"
    with opened(path) as package:
        course = FORMATS[key or format_of(package)].read(package, title, tell)
    tell("核对", 0, 0)
    settle(course, name)
    say_missing(course, schemas)
    return course


def format_of(package: Package) -> str:
    """Which format a package is in, by its manifest."""
    if MANIFEST not in package.sizes:
        return "qti3"
    try:
        root = parse(package.read(MANIFEST))
    except (NotReadable, NotThere) as error:
        raise refuse(f"清单 imsmanifest.xml 读不了：{error}", "请从原来的平台重新导出再传。") from None
    said = " ".join(words(one) for one in below(root, "schema")).lower()
    if "scorm" in said:
        raise refuse("这是 SCORM 课件，不是题目包或课程包", "这里收 QTI 和 Common Cartridge。")
    kinds = {(one.get("type") or "").lower() for one in below(root, "resource")}
    carried = any(
        kind.startswith(("imsqti_xmlv1p2", "imsdt_", "imswl_", "imscc_", "associatedcontent"))
        for kind in kinds
    )
    is_cartridge = "common cartridge" in said or carried or any("imscc" in str(one.tag) for one in (root,))
    if is_cartridge and local(root) == "manifest":
        return "cc"
    return "qti3"
