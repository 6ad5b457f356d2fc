"""Pages of a cartridge: the lesson for pupils, and for the teacher the guide, the slides and the answers."""

from collections.abc import Sequence
from html import escape
from typing import Any

from qiming.curriculum.exchange.leaving import Leaving
from qiming.curriculum.exchange.writing import for_others
from qiming.curriculum.types import ACTIVITY_WORDS, CHOOSING, KIND_WORDS, ItemSpec
from qiming.kernel.text import render_markdown

_STYLE = (
    "body{font-family:sans-serif;line-height:1.7;max-width:48rem;margin:1rem auto;padding:0 1rem}"
    "img{max-width:100%}table{border-collapse:collapse}td,th{border:1px solid #999;padding:.3rem .6rem}"
)


def page(title: str, body: str) -> bytes:
    """A whole page."""
    said = escape(title)
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"/><title>{said}</title>'
        f"<style>{_STYLE}</style></head>\n<body><h1>{said}</h1>\n{for_others(body)}</body></html>\n"
    ).encode()


def lesson_page(lesson: Leaving) -> bytes:
    """The question, the situation, and every step as a pupil reads it."""
    data = lesson.data
    parts = [
        f"<p><strong>{escape(data.get('question', ''))}</strong></p>",
        f"<p>{escape(data.get('situation', ''))}</p>",
    ]
    parts.append(_list("学完能做什么", data.get("goals", ())))
    for step in data.get("activities", ()):
        minutes = f"（{step['minutes']}分钟{'，备用' if step.get('extra') else ''}）"
        parts.append(f"<h2>{escape(step['title'])}{minutes}</h2>")
        parts.append(f"<p>{escape(ACTIVITY_WORDS.get(step['kind'], step['kind']))}</p>")
        parts.append(str(render_markdown(step["text"])))
        parts.append(_more(step))
    words = [f"{one['word']}：{one['meaning']}" for one in data.get("new_words", ())]
    parts.append(_list("新词", words))
    return page(lesson.title, "\n".join(part for part in parts if part))


def _more(step: dict[str, Any]) -> str:
    if step["kind"] in ("predict", "poll"):
        return _list("", [f"{one['key']}　{one['text']}" for one in step.get("choices", ())])
    if step["kind"] == "unplugged":
        return _list("记下来", [one["label"] for one in step.get("record", ())])
    if step["kind"] == "reflect":
        return f"<p>{escape(step.get('prompt', ''))}</p>" + _list("", step.get("starters", ()))
    if step["kind"] == "lab":
        goals = [goal["text"] for goal in step["lab"].get("goals", ())]
        return "<p>这一步的实验在启明里做。</p>" + _list("目标", goals)
    if step["kind"] == "discuss":
        return f"<p>{escape(step.get('prompt', ''))}</p>" + _list("分工", step.get("roles", ()))
    return ""


def guide_page(lesson: Leaving) -> bytes:
    return page(f"{lesson.title}：教案", lesson.guide_html)


def tasksheet_page(lesson: Leaving) -> bytes:
    return page(f"{lesson.title}：任务单", lesson.tasksheet_html)


def slides_page(lesson: Leaving) -> bytes:
    shown = "\n<hr/>\n".join(f"<section>{slide}</section>" for slide in lesson.slides)
    return page(f"{lesson.title}：幻灯片", shown)


def answers_page(lesson: Leaving) -> bytes:
    """Every item with its answer, hints, solution, and what each mistake tells."""
    parts = []
    for n, item in enumerate(lesson.items, start=1):
        parts.append(f"<h2>{n}. {KIND_WORDS[item['kind']]}　{escape(item['id'])}</h2>")
        parts.append(str(render_markdown(item["stem"])))
        parts.append(_list("答案", answer(item)))
        parts.append(_list("提示", item.get("hints", ())))
        if item.get("solution"):
            parts.append(f"<h3>解答</h3>{render_markdown(item['solution'])}")
        if item["kind"] == "short":
            parts.append(
                _list("评分点", [f"{line['text']}（{line['points']}分）" for line in item.get("rubric", ())])
            )
    return page(f"{lesson.title}：题目答案", "\n".join(part for part in parts if part))


def answer(item: ItemSpec) -> list[str]:
    """The right answer in Markdown, a line each."""
    kind = item["kind"]
    if kind in CHOOSING:
        return [f"{o['key']}　{o['text']}" for o in item["options"] if o.get("correct")]
    if kind == "order":
        return [f"{n}　{entry['text']}" for n, entry in enumerate(item["entries"], start=1)]
    if kind == "match":
        right = {piece["key"]: piece["text"] for piece in item["right"]}
        return [f"{piece['text']} → {right[item['pairs'][piece['key']]]}" for piece in item["left"]]
    if kind == "classify":
        bins = {piece["key"]: piece["text"] for piece in item["bins"]}
        return [f"{entry['text']} → {bins[entry['bin']]}" for entry in item["entries"]]
    if kind == "numeric":
        said = item["answer"]
        unit = said.get("unit") or ""
        return [
            f"{said['value']:g}{unit}"
            + (f"（误差不超过{said['tolerance']:g}）" if said.get("tolerance") else "")
        ]
    return list(dict.fromkeys([*item.get("accept", ()), *([item["sample"]] if item.get("sample") else [])]))


def _list(heading: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    entries = "".join(f"<li>{render_markdown(line)}</li>" for line in lines)
    return (f"<h3>{escape(heading)}</h3>" if heading else "") + f"<ul>{entries}</ul>"
