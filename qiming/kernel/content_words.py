"""What is said of a problem in content, in Chinese and in English: what is wrong and what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    zh: str
    en: str
    remedy_zh: str = ""
    remedy_en: str = ""


_WORDS: dict[str, tuple[str, str, str, str]] = {
    "missing_file": ("没有这个文件。", "The file is missing.", "请补上。", "Add it."),
    "empty_file": ("文件是空的。", "The file is empty.", "请写上内容，或删去它。", "Fill it or remove it."),
    "too_big": (
        "文件超过{limit} KiB。",
        "The file is larger than {limit} KiB.",
        "请拆小或压缩。",
        "Split or shrink it.",
    ),
    "not_utf8": ("不是 UTF-8 文字。", "Not UTF-8 text.", "请另存为 UTF-8。", "Save it as UTF-8."),
    "bad_yaml": (
        "YAML 读不懂（{said}）。",
        "Not valid YAML ({said}).",
        "多半是缩进、冒号后的空格，或文字里有“: ”“#”而没加引号。",
        "Check indentation, the space after a colon, and quote text that holds ': ' or '#'.",
    ),
    "nul": ("文字里有看不见的坏字符。", "The text holds a NUL.", "请重新输入。", "Type it again."),
    "anchors": (
        "用了锚点或嵌套太深。",
        "Anchors or too deep a nesting.",
        "请把内容直接写出来。",
        "Write the content out.",
    ),
    "odd_key": ("键不是文字。", "A key is not plain text.", "请用文字作键。", "Use a plain word as key."),
    "twice": ("“{key}”写了两次。", "'{key}' is given twice.", "请留一个。", "Keep one."),
    "odd_tag": ("不认识的标记 {tag}。", "Unknown tag {tag}.", "请删去标记。", "Remove the tag."),
    "required": ("缺少“{name}”。", "'{name}' is missing.", "请补上{hint}。", "Add it."),
    "type": (
        "“{value}”的类型不对，应为 {limit}。",
        "'{value}' has the wrong type, {limit} is needed.",
        "请改写{hint}；像数的文字要加引号。",
        "Rewrite it; quote text that looks like a number.",
    ),
    "enum": (
        "“{value}”不在可用的写法里。",
        "'{value}' is not one of the allowed values.",
        "可以写：{known}。",
        "Use one of: {known}.",
    ),
    "const": (
        "“{value}”不对，这里只能写“{limit}”。",
        "'{value}' is wrong, only '{limit}' is allowed.",
        "请改。",
        "Change it.",
    ),
    "additionalProperties": (
        "多了不认识的“{name}”。",
        "Unknown '{name}'.",
        "这里可以写：{known}。检查是否拼错。",
        "Known here: {known}. Check the spelling.",
    ),
    "not": (
        "这里用不着这一项。",
        "This entry doesn't belong here.",
        "请删去它，或检查种类（kind）写对了没有。",
        "Remove it, or check the kind.",
    ),
    "minItems": ("至少要{limit}个。", "At least {limit} are needed.", "请补足{hint}。", "Add more."),
    "maxItems": ("最多{limit}个。", "At most {limit} are allowed.", "请删减{hint}。", "Remove some."),
    "minLength": ("不能空着。", "Must not be empty.", "请写上{hint}。", "Write something."),
    "maxLength": (
        "超过{limit}个字。",
        "Longer than {limit} characters.",
        "请改短{hint}。",
        "Shorten it.",
    ),
    "pattern": (
        "“{value}”的写法不合规定。",
        "'{value}' doesn't have the agreed form.",
        "应写成{hint}（{limit}）。",
        "It must match {limit}.",
    ),
    "minimum": ("{value} 小于 {limit}。", "{value} is below {limit}.", "请改大{hint}。", "Raise it."),
    "exclusiveMinimum": (
        "{value} 应大于 {limit}。",
        "{value} must be above {limit}.",
        "请改大。",
        "Raise it.",
    ),
    "maximum": ("{value} 大于 {limit}。", "{value} is above {limit}.", "请改小{hint}。", "Lower it."),
    "uniqueItems": ("有重复。", "Entries are repeated.", "请去掉重复的。", "Remove the repetition."),
}


def words_for(reason: str, *, hint: str = "", **given: object) -> Words:
    """The words of a known reason; `hint` is what the schema says of the field."""
    form = _WORDS.get(reason)
    if form is None:
        said = str(given.get("said", reason))
        return Words(f"不合格式（{reason}）。", said, f"请改写{_bracket(hint)}。", "Rewrite it.")
    values = {**{"value": "", "limit": "", "name": "", "known": "", "said": ""}, **given}
    values["hint"] = _bracket(hint)
    zh, en, remedy_zh, remedy_en = (text.format(**values) for text in form)
    return Words(zh, en, remedy_zh, remedy_en)


def _bracket(hint: str) -> str:
    return f"（{hint.rstrip('。')}）" if hint else ""
