"""That a text was made by AI: a mark a reader sees, which travels with copies, and the field files carry.

人工智能生成合成内容标识办法, GB 45438-2025, in force 2025-09-01. The names in the field are as public implementations of
the standard write them (status: secondary; the standard itself was not read).
"""

import json
import re

MARK = "由AI生成"
NOTICE = "正在和AI对话：内容由AI生成，可能有错，请核对。"
FIELD = "AIGC"
MADE, PERHAPS, SUSPECTED = "1", "2", "3"
_MARKED = re.compile(r"[（(【\[]\s?由\s?AI\s?生成[^）)】\]]{0,60}[）)】\]]")


def marked(text: str, *, by: str = "", edited: bool = False) -> str:
    """`text` with the visible mark at its start and end, once each however often it is called.

    `by`: the service's name. `edited`: a person changed it since; the mark stays and says so.
    """
    plain = unmarked(text)
    about = "，".join(part for part in (MARK, by, "经人修改" if edited else "") if part)
    return f"（{about}）\n{plain}\n（{about}）"


def unmarked(text: str) -> str:
    """The text between the marks; what stands inside it stays."""
    lines = text.strip("\n").split("\n")
    while lines and _MARKED.fullmatch(lines[0].strip()):
        lines.pop(0)
    while lines and _MARKED.fullmatch(lines[-1].strip()):
        lines.pop()
    return "\n".join(lines)


def is_marked(text: str) -> bool:
    return bool(_MARKED.search(text))


def metadata(
    *, producer: str, produce_id: str, propagator: str = "", propagate_id: str = "", label: str = MADE
) -> dict[str, str]:
    """The implicit label of a file: `{"AIGC": "<JSON>"}`, to be put into its metadata. Holds nothing about a person.

    Raises ValueError when producer or number is missing: a label without them labels nothing.
    """
    if not producer.strip() or not produce_id.strip():
        raise ValueError("标识里要写明服务提供者和内容编号")
    if label not in (MADE, PERHAPS, SUSPECTED):
        raise ValueError("标识的性质只有 1（是）、2（可能是）、3（疑似）")
    field = {
        "Label": label,
        "ContentProducer": producer.strip(),
        "ProduceID": produce_id.strip(),
        "ReservedCode1": "",
        "ContentPropagator": propagator.strip(),
        "PropagateID": propagate_id.strip(),
        "ReservedCode2": "",
    }
    return {FIELD: json.dumps(field, ensure_ascii=False, separators=(",", ":"))}
