"""What checks of all kinds of data say alike."""

from collections.abc import Iterator

from qiming.curriculum.checks.known import no_such
from qiming.kernel.content import Document, Problem
from qiming.kernel.content_words import Words


def both_parts(document: Document, seen: set[tuple[str, str]], labels: set[str]) -> Iterator[Problem]:
    for label in sorted(labels):
        for part in ("train", "test"):
            if (label, part) not in seen:
                words = Words(
                    f"“{label}”没有 {part} 的例子。",
                    f"'{label}' has no {part} examples.",
                    "训练和测试里每一类都要有。",
                    "Every label needs both parts.",
                )
                yield document.problem(("labels",), words)


def no_label(label: str) -> Words:
    return no_such("类别", "label", label, "先在 labels 里写上。", "Add it to labels.")


def no_columns(names: str) -> Words:
    return Words(
        f"表里没有这些列：{names}。", f"The table lacks columns: {names}.", "请补上表头。", "Add them."
    )
