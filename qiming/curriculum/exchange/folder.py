"""A settled draft as a course folder in our content format, for `qiming content check` and a text editor to finish."""

import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import yaml

from qiming.curriculum.exchange.model import DraftCourse, DraftLesson, DraftStep, Level
from qiming.kernel.errors import UserError

REPORT = "import-report.md"


class _Dumper(yaml.SafeDumper):
    """Text of several lines as a block, so that people can read it."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    block = "\n" in text and not re.search(r"[^\S\n]\n|[\x00-\x08\x85\u2028\u2029]|^\s", text)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if block else None)


_Dumper.add_representer(str, _text)


def as_yaml(data: Any) -> str:
    """YAML with text of several lines as blocks, keys in their order."""
    said: str = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)
    return said


def write_folder(course: DraftCourse, target: Path) -> None:
    """Write the course folder whole or not at all; raises `UserError` when the target is there already."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UserError(f"{target} 已经有内容", kept="什么也没有写进去。", next="换一个空的文件夹。")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
    try:
        _write(course, part, target.name)
        part.chmod(0o755)
        if target.exists():
            target.rmdir()
        part.replace(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _write(course: DraftCourse, folder: Path, key: str) -> None:
    names = [f"{n:02d}-{lesson.key}" for n, lesson in enumerate(course.lessons, start=1)]
    head: dict[str, Any] = {
        "key": key,
        "title": course.title,
        "status": "original proposal",
        "summary": course.summary,
    }
    head |= {"lessons": names, "licence": course.licence}
    _put(folder / "course.yaml", as_yaml({name: value for name, value in head.items() if value}))
    _put(folder / REPORT, report_text(course))
    for name, lesson in zip(names, course.lessons, strict=True):
        _write_lesson(lesson, folder / "lessons" / name)


def _write_lesson(lesson: DraftLesson, folder: Path) -> None:
    said: dict[str, Any] = {"key": lesson.key, "title": lesson.title}
    if lesson.sources:
        said["sources"] = lesson.sources
    said["activities"] = [_step(n, step) for n, step in enumerate(lesson.steps, start=1)]
    _put(folder / "lesson.yaml", as_yaml(said))
    _put(folder / "items.yaml", as_yaml([item.spec for item in lesson.items]))
    for name, text in (("guide", lesson.guide), ("slides", lesson.slides), ("tasksheet", lesson.tasksheet)):
        if text:
            _put(folder / f"{name}.md", text + "\n")
    for name, body in lesson.media.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)


def _step(n: int, step: DraftStep) -> dict[str, Any]:
    said: dict[str, Any] = {"key": f"s{n}", "title": step.title, "kind": step.kind}
    if step.minutes:
        said["minutes"] = step.minutes
    said["text"] = step.text
    if step.teacher:
        said["teacher"] = step.teacher
    return said | step.data


def report_text(course: DraftCourse) -> str:
    """The report for people, worst first."""
    counts = course.report.counts
    lines = [
        f"# 导入说明：{course.title}",
        "",
        f"收进来{counts['items_kept']}道题，{len(course.lessons)}课。",
        "",
    ]
    for level in (Level.OUT, Level.LOST, Level.CHANGED, Level.TO_DO, Level.NOTE):
        found = course.report.of(level)
        if found:
            lines += [f"## {level.value}（{len(found)}）", ""]
            lines += [f"- {finding.where}：{finding.what}" for finding in found]
            lines.append("")
    if course.report.unsaid:
        lines.append(f"另有{course.report.unsaid}条没有列出。")
    return "\n".join(lines) + "\n"


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
