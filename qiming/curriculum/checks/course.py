"""Courses and lessons: minutes, steps, labs, stage rules, and everything they point at."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator

from qiming.curriculum.checks.areas import check_areas
from qiming.curriculum.checks.data import KEY_IS_FOLDER
from qiming.curriculum.checks.ending import check_course_tests, check_project
from qiming.curriculum.checks.items import check_item_set, check_items
from qiming.curriculum.checks.known import Known, no_such, repeated
from qiming.curriculum.checks.programs import task_of_lab
from qiming.curriculum.checks.subject import check_course_subject, check_subject
from qiming.curriculum.checks.svg import check_svg
from qiming.curriculum.checks.texts import (
    UNUSED,
    check_inner_text,
    check_item_texts,
    check_texts,
    pictures_in,
    pictures_of,
)
from qiming.curriculum.reading import CourseFolder, LessonFolder, Library
from qiming.curriculum.rules import genai_allowed
from qiming.curriculum.rules.manifests import kinds_of_data
from qiming.curriculum.types import AI, GENAI_WORDS
from qiming.kernel.content import Document, Place, Problem, against
from qiming.kernel.content_words import Words

HANDS_ON = ("lab", "unplugged")


def check_course(read: CourseFolder, library: Library, known: Known) -> Iterator[Problem]:
    if read.course:
        if read.course.data["key"] != read.name:
            yield read.course.problem(("key",), KEY_IS_FOLDER)
        listed = set(read.course.data["lessons"])
        there = {path.name for path in (read.folder / "lessons").glob("*") if path.is_dir()}
        for name in sorted(there - listed):
            yield read.course.problem(("lessons",), _unlisted(name), warns=True)
        yield from check_course_subject(read.course, library)
    if read.misconceptions:
        ids = Counter(entry["id"] for entry in read.misconceptions.data)
        for at, entry in enumerate(read.misconceptions.data):
            if ids[entry["id"]] > 1:
                words = repeated("误解编号", "Misconception id", entry["id"])
                yield read.misconceptions.problem((at, "id"), words)
            if entry["concept"] not in known.concepts:
                words = no_such("知识点", "concept", entry["concept"], "检查编号。", "Check the id.")
                yield read.misconceptions.problem((at, "concept"), words)
    yield from check_project(read, known)
    yield from check_course_tests(read, library, known)


def check_lesson(
    read: LessonFolder, course: CourseFolder, library: Library, known: Known
) -> Iterator[Problem]:
    for path in read.media.values() if not read.is_draft else ():
        yield from check_svg(path, library.root)
    names = {e["id"] for e in course.misconceptions.data} if course.misconceptions else set()
    data: dict[str, Any] = course.course.data if course.course else {"stage": "junior", "grades": [7]}
    yield from check_texts(read, library, data.get("subject", AI))
    if read.lesson:
        yield from _facts(read.lesson, data, known)
        yield from check_subject(read.lesson, data.get("subject", AI), known)
        yield from _steps(read.lesson, read, library, known)
        for at, activity in enumerate(read.lesson.data["activities"]):
            for n, name in enumerate(activity.get("remedy_for", ())):
                if name not in names:
                    words = no_such("误解", "misconception", name, "检查编号。", "Check the id.")
                    yield read.lesson.problem(("activities", at, "remedy_for", n), words)
    if read.items:
        key = read.lesson.data["key"] if read.lesson else read.items.data[0]["id"].split("-")[0]
        yield from check_items(read.items, key, names, known)
        yield from check_item_texts(read.items, read)
        yield from check_areas(read.items, read)
        if read.lesson:
            yield from check_item_set(read.items, read.lesson.data, data["grades"])
    yield from _unused_pictures(read, library)


def _facts(lesson: Document, course: dict[str, Any], known: Known) -> Iterator[Problem]:
    data: dict[str, Any] = lesson.data
    if known.lesson_keys[data["key"]] > 1:
        yield lesson.problem(("key",), repeated("课的编号", "Lesson key", data["key"]))
    for part in ("concepts", "revisits"):
        for at, concept in enumerate(data.get(part, ())):
            if concept not in known.concepts:
                words = no_such("知识点", "concept", concept, "检查编号。", "Check the id.")
                yield lesson.problem((part, at), words)
            elif known.concepts[concept]["grade"] > max(course["grades"]):
                yield lesson.problem((part, at), _LATER_CONCEPT, warns=True)
    rules = known.stage_rules[course["stage"]]
    total = sum(step["minutes"] for step in data["activities"] if not step.get("extra"))
    if total != rules.period_minutes:
        yield lesson.problem(("activities",), _minutes(total, rules.period_minutes), rule="minutes")
    if not genai_allowed(data["genai_use"], rules):
        yield lesson.problem(("genai_use",), _genai(rules.genai_use), rule="genai-use")
    if not any(step["kind"] in HANDS_ON for step in data["activities"]):
        yield lesson.problem(("activities",), _NO_HANDS_ON, rule="hands-on")


def _steps(lesson: Document, read: LessonFolder, library: Library, known: Known) -> Iterator[Problem]:
    keys = Counter(step["key"] for step in lesson.data["activities"])
    for at, step in enumerate(lesson.data["activities"]):
        place: Place = ("activities", at)
        if keys[step["key"]] > 1:
            yield lesson.problem((*place, "key"), repeated("环节键", "Activity key", step["key"]))
        if step.get("remedy_for") and not step.get("extra"):
            yield lesson.problem((*place, "remedy_for"), _REMEDY_NOT_EXTRA)
        yield from check_inner_text(lesson, (*place, "text"), step["text"], read)
        yield from _asked(lesson, place, step, read)
        if step["kind"] == "lab":
            yield from _lab(lesson, (*place, "lab"), step["lab"], library, known)


def _asked(lesson: Document, place: Place, step: dict[str, Any], read: LessonFolder) -> Iterator[Problem]:
    """The items of a quiz exist and are meant for class; keys of choices and records differ."""
    uses = {item["id"]: item["use"] for item in read.items.data} if read.items else None
    for at, item in enumerate(step.get("items", ()) if uses is not None else ()):
        if uses is not None and item not in uses:
            words = no_such("题", "item", item, "检查题号。", "Check the id.")
            yield lesson.problem((*place, "items", at), words)
        elif uses is not None and "class" not in uses[item]:
            yield lesson.problem((*place, "items", at), _NOT_FOR_CLASS)
    for part in ("choices", "record"):
        for key, times in Counter(entry["key"] for entry in step.get(part, ())).items():
            if times > 1:
                yield lesson.problem((*place, part), repeated("键", "Key", key))


def _lab(
    lesson: Document, place: Place, lab: dict[str, Any], library: Library, known: Known
) -> Iterator[Problem]:
    manifest = library.labs.get(lab["id"])
    if manifest is None:
        shown = "、".join(sorted(library.labs))
        words = no_such("实验", "lab", lab["id"], f"可用的有：{shown}。", f"There are: {shown}.")
        yield lesson.problem((*place, "id"), words)
        return
    dataset = known.datasets.get(lab["dataset"])
    if dataset is None:
        words = no_such("数据", "data set", lab["dataset"], "检查名字。", "Check the name.")
        yield lesson.problem((*place, "dataset"), words)
    elif dataset["kind"] not in kinds_of_data(manifest):
        yield lesson.problem((*place, "dataset"), _WRONG_DATA)
    yield from against(lesson, Draft202012Validator(manifest["settings"]), (*place, "settings"))
    for at, goal in enumerate(lab["goals"]):
        yield from _goal(lesson, (*place, "goals", at), goal, manifest)
    if dataset is not None:
        yield from _names_of_data(lesson, place, lab, dataset)
        yield from task_of_lab(lesson, place, lab, library)


def _names_of_data(
    lesson: Document, place: Place, lab: dict[str, Any], dataset: dict[str, Any]
) -> Iterator[Problem]:
    """Columns, labels and traits that the settings and goals name are those of the data set."""
    settings = lab["settings"]
    asked = [
        (("settings", "columns"), settings.get("columns", ()), "columns"),
        (("settings", "picture"), [settings["picture"]] if "picture" in settings else (), "pictures"),
        (("settings", "maze"), [settings["maze"]] if "maze" in settings else (), "mazes"),
        (("settings", "labels"), settings.get("labels", ()), "labels"),
        (("settings", "train_traits"), settings.get("train_traits", ()), "traits"),
        *(
            (("goals", at, "trait"), [goal["trait"]], "traits")
            for at, goal in enumerate(lab["goals"])
            if "trait" in goal
        ),
    ]
    for where, names, part in asked:
        there = {entry["key"] for entry in dataset.get(part, ())}
        for name in names if isinstance(names, list) else ():
            if name not in there:
                shown = "、".join(sorted(there))
                words = no_such(
                    "数据里的名字", "name in the data", str(name), f"有：{shown}。", f"There are: {shown}."
                )
                yield lesson.problem((*place, *where), words)


def _goal(
    lesson: Document, place: Place, goal: dict[str, Any], manifest: dict[str, Any]
) -> Iterator[Problem]:
    form = manifest["goals"].get(goal["goal"])
    if form is None:
        shown = "、".join(manifest["goals"])
        words = no_such("目标", "goal", goal["goal"], f"可用的有：{shown}。", f"There are: {shown}.")
        yield lesson.problem((*place, "goal"), words)
        return
    parameters = form["parameters"]
    known = {**parameters.get("properties", {}), "goal": {}, "text": {}}
    yield from against(lesson, Draft202012Validator({**parameters, "properties": known}), place)


def _unused_pictures(read: LessonFolder, library: Library) -> Iterator[Problem]:
    texts = list(read.texts.values())
    if read.lesson:
        texts += [step["text"] for step in read.lesson.data["activities"]]
    used = (pictures_of(read.items) if read.items else set()).union(*map(pictures_in, texts))
    if read.lesson and read.items and len(read.texts) == 3 and not read.is_draft:
        for name in sorted(set(read.media) - used):
            yield Problem(read.file(name, library.root), 1, "", UNUSED, warns=True)


def _unlisted(name: str) -> Words:
    return Words(
        f"文件夹 lessons/{name} 没有写进 course.yaml。",
        f"Folder lessons/{name} isn't listed in course.yaml.",
        "写进 lessons，或删去文件夹。",
        "List it or remove the folder.",
    )


def _minutes(total: int, wanted: int) -> Words:
    return Words(
        f"环节共{total}分钟，一课时是{wanted}分钟。",
        f"The activities add up to {total} minutes, a period has {wanted}.",
        "调整分钟；备用环节写 extra: true。",
        "Adjust the minutes; mark spare steps extra: true.",
    )


def _genai(most: str) -> Words:
    return Words(
        f"这个学段最多“{GENAI_WORDS[most]}”（{most}）。",
        f"At this stage '{most}' is the most allowed.",
        "请改 genai_use 和相应的环节。",
        "Change genai_use and the activity.",
    )


_LATER_CONCEPT = Words(
    "这个知识点的年级比课程高。",
    "This concept is of a later grade than the course.",
    "看看是不是放早了。",
    "It may come too early.",
)
_NO_HANDS_ON = Words(
    "没有动手环节。",
    "There is no hands-on activity.",
    "至少一个 lab 或 unplugged。",
    "At least one lab or unplugged step.",
)
_REMEDY_NOT_EXTRA = Words(
    "只有备用环节才写 remedy_for。",
    "Only spare steps have remedy_for.",
    "加 extra: true，或删去。",
    "Add extra: true or remove it.",
)
_NOT_FOR_CLASS = Words(
    "这道题的 use 里没有 class，却排进了课上。",
    "This item isn't for class use but is asked in class.",
    "请给它加上 class。",
    "Add class to its use.",
)
_WRONG_DATA = Words(
    "这个实验用不了这种数据。",
    "This lab can't use this kind of data.",
    "换一套数据。",
    "Choose another data set.",
)
