"""Python's errors in plain Chinese: what happened and what to look at, with the line of the pupil's own program."""

import re
import traceback

PROGRAM = "程序.py"
_HALF = dict(zip("，。：；（）【】“”‘’！？＝＋－＊／＜＞％　", ",.:;()[]\"\"''!?=+-*/<>% ", strict=True))

# (exception, pattern of Python's words, what we say); the first that fits. Groups of the pattern fill {0}, {1} …
_SAYS = [
    ("SyntaxError", r"invalid character '(.)'", "{half}"),
    (
        "SyntaxError",
        r"invalid non-printable character U\+(3000|00A0)",
        "这一行里有一个中文的全角空格。删掉它，用英文输入法按空格。",
    ),
    ("SyntaxError", r"unterminated triple-quoted string", "三个引号开了头，后面没有三个引号收尾。"),
    (
        "SyntaxError",
        r"unterminated (?:f-)?string literal",
        "这一行的引号只有一边。文字的前后都要有引号，而且要是同一种。",
    ),
    ("SyntaxError", r"'(.)' was never closed", "这里的 {0} 一直没有配上另一半。数一数括号，左右要一样多。"),
    ("SyntaxError", r"unmatched '(.)'", "这里多了一个 {0}，前面没有和它配对的另一半。"),
    (
        "SyntaxError",
        r"closing parenthesis '(.)' does not match opening parenthesis '(.)'",
        "括号配错了：前面开的是 {1}，这里用 {0} 关。",
    ),
    (
        "SyntaxError",
        r"expected ':'",
        "这一行末尾少了一个英文冒号 :。if、for、while、def、else 的那一行都以冒号结束。",
    ),
    ("SyntaxError", r"Perhaps you forgot a comma", "这里两个东西挨在一起了，中间大概少了一个英文逗号。"),
    (
        "SyntaxError",
        r"Maybe you meant '=='|cannot assign to .* here\. Maybe you meant '=='",
        "一个等号 = 是“记下来”，比较“是不是相等”要写两个等号 ==。",
    ),
    ("SyntaxError", r"cannot assign to", "等号左边要是一个名字，右边的值会记在它名下。现在左边不是名字。"),
    ("SyntaxError", r"Missing parentheses in call to '(\w+)'", "{0} 后面要有括号，写成 {0}(…)。"),
    ("SyntaxError", r"'return' outside function", "return 只能写在函数里面。看看它前面的空格够不够。"),
    (
        "SyntaxError",
        r"'(break|continue)' (?:outside|not properly in) loop",
        "{0} 只能写在循环里面。看看它前面的空格够不够。",
    ),
    ("SyntaxError", r"invalid decimal literal", "名字不能用数字开头；数和字母之间也不能直接连着写。"),
    ("SyntaxError", r"leading zeros", "整数前面不能写 0。"),
    ("SyntaxError", r"f-string", "f 字符串里的花括号有问题。{{ 和 }} 要成对，里面要有一个名字或算式。"),
    ("SyntaxError", r"expected 'except' or 'finally'", "try 后面还要有一个 except 部分。"),
    ("SyntaxError", r"positional argument follows keyword argument", "带名字的参数（如 k=3）要放在后面。"),
    (
        "IndentationError",
        r"expected an indented block after (?:'(\w+)' statement|(?:function|class) definition) on line (\d+)",
        "第 {1} 行以冒号结束，属于它的下一行要往右缩进 4 个空格。",
    ),
    ("IndentationError", r"unexpected indent", "这一行前面多了空格。和上一行属于同一层的，开头要对齐。"),
    (
        "IndentationError",
        r"unindent does not match",
        "这一行开头的空格数和前面哪一层都对不上。同一层的行开头要对齐。",
    ),
    ("TabError", r"", "缩进里空格和 Tab 混在一起了。请都用空格。"),
    ("IndentationError", r"", "缩进不对。冒号下面的行往右缩进 4 个空格，同一层的对齐。"),
    (
        "NameError",
        r"name '(\w+)' is not defined\. Did you mean: '(\w+)'",
        "没有叫 {0} 的东西。是不是想写 {1}？",
    ),
    (
        "NameError",
        r"name '(\w+)' is not defined\. Did you forget to import '(\w+)'",
        "用 {0} 之前要先写 import {1}。",
    ),
    (
        "NameError",
        r"name '(\w+)' is not defined",
        "没有叫 {0} 的东西。是名字写错了，还是忘了先给它一个值？如果想写文字，要加引号。",
    ),
    (
        "UnboundLocalError",
        r"variable '(\w+)'",
        "函数里的 {0} 还没有值就被用了。函数里面的名字和外面的不是同一个。",
    ),
    ("ZeroDivisionError", r"", "这里除以了 0。看看除号后面的数什么时候会是 0：是不是列表是空的？"),
    ("IndexError", r"pop from empty list", "列表已经空了，再也拿不出东西。"),
    (
        "IndexError",
        r"",
        "位置超出去了：有 n 个的列表，位置从 0 到 n − 1。打印一下它有多长，再看看用的位置是几。",
    ),
    ("KeyError", r"(.*)", "字典里没有 {0} 这个键。打印一下它有哪些键，看看写法是不是一样。"),
    (
        "ModuleNotFoundError",
        r"No module named '([\w.]+)'",
        "这里没有叫 {0} 的模块。实验里有 Python 自带的模块和 qm，别的装不了；也可能是名字写错了。",
    ),
    (
        "ImportError",
        r"cannot import name '(\w+)' from '([\w.]+)'",
        "模块 {1} 里没有 {0}。看看名字是不是写错了。",
    ),
    ("FileNotFoundError", r"'([^']*)'", "没有叫 {0} 的文件。看看任务里的文件名，一个字也不能差。"),
    (
        "ValueError",
        r"invalid literal for int\(\) with base \d+: (.*)",
        "{0} 变不成整数。int() 里要是只有数字的文字。",
    ),
    (
        "ValueError",
        r"could not convert string to float: (.*)",
        "{0} 变不成数。看看里面有没有空的、多余的字。",
    ),
    (
        "ValueError",
        r"not enough values to unpack \(expected (?:at least )?(\d+), got (\d+)\)",
        "等号左边有 {0} 个名字，右边只有 {1} 个值，不够分。",
    ),
    ("ValueError", r"too many values to unpack", "右边的值比等号左边的名字多，分不过来。"),
    (
        "ValueError",
        r"(?:max|min)\(\).*empty|arg is an empty sequence|at least one data point",
        "列表是空的，没法算。先看看它为什么空。",
    ),
    ("ValueError", r"(.*) is not in list", "列表里没有 {0}。"),
    (
        "TypeError",
        r"can only concatenate str \(not \"(\w+)\"\) to str",
        '文字不能直接加上别的东西（{0}）。先用 str() 变成文字，或用 f"…{{名字}}…"。',
    ),
    (
        "TypeError",
        r"unsupported operand type\(s\) for (\S+): '(\w+)' and '(\w+)'",
        "{1} 和 {2} 不能用 {0} 算。看看两边各是什么：{kinds}",
    ),
    (
        "TypeError",
        r"'(\S+)' not supported between instances of '(\w+)' and '(\w+)'",
        "{1} 和 {2} 不能用 {0} 比。看看两边各是什么：{kinds}",
    ),
    (
        "TypeError",
        r"'(\w+)' object is not callable",
        "后面带括号的要是函数，这里却是 {0}。是不是把函数名用作了变量名，或者少写了逗号、乘号？",
    ),
    ("TypeError", r"'(\w+)' object is not subscriptable", "{0} 不能用方括号取里面的东西。打印一下它是什么。"),
    (
        "TypeError",
        r"'(\w+)' object is not iterable",
        "{0} 不能一个一个拿出来。for 后面要是列表、字典、文字或 range()。",
    ),
    ("TypeError", r"'(\w+)' object does not support item assignment", "{0} 里面的东西不能改。要改就用列表。"),
    (
        "TypeError",
        r"(\w+)\(\) missing (\d+) required positional arguments?: (.*)",
        "函数 {0} 还缺 {1} 个参数：{2}。",
    ),
    (
        "TypeError",
        r"(\w+)\(\) takes (?:from \d+ to )?(\d+) positional arguments? but (\d+)",
        "函数 {0} 只收 {1} 个参数，给了 {2} 个。",
    ),
    ("TypeError", r"(\w+)\(\) got an unexpected keyword argument '(\w+)'", "函数 {0} 没有叫 {1} 的参数。"),
    (
        "TypeError",
        r"(?:list|tuple|string) indices must be integers(?: or slices)?, not '?(\w+)'?",
        "位置要用整数，这里用的是 {0}。列表用位置取，字典才用名字取。",
    ),
    ("TypeError", r"object of type '(\w+)' has no len", "{0} 没有长度。len() 里要是列表、文字或字典。"),
    ("TypeError", r"unhashable type: '(\w+)'", "{0} 不能当字典的键，也不能放进集合。"),
    (
        "AttributeError",
        r"'NoneType' object has no attribute '(\w+)'",
        "点号前面是空的（None），没有 {0}。是不是前面的函数没有 return？",
    ),
    (
        "AttributeError",
        r"'(\w+)' (?:object )?has no attribute '(\w+)'\. Did you mean: '(\w+)'",
        "{0} 没有叫 {1} 的功能。是不是想写 {2}？",
    ),
    (
        "AttributeError",
        r"'?(?:module )?'?(\w+)'? (?:object )?has no attribute '(\w+)'",
        "{0} 没有叫 {1} 的功能。看看名字有没有写错。",
    ),
    ("RecursionError", r"", "函数一直在调用自己，停不下来。看看它在什么时候应该直接给出结果。"),
    ("MemoryError", r"", "要的内存太多了。看看是不是造了一个特别大的列表，或者循环一直在往里添东西。"),
    ("EOFError", r"", "程序还在等 input() 的回答，可是回答用完了。在“给程序的回答”里再写一行，然后再运行。"),
    ("AssertionError", r"", "程序里的 assert 说这里不对。"),
    ("UnicodeDecodeError", r"", '这个文件的文字读不出来。打开时写上 encoding="utf-8"。'),
    (
        "SyntaxError",
        r"",
        "这一行 Python 读不懂。看看有没有写漏、写多，引号、括号、冒号是不是英文的；也看看上一行有没有写完。",
    ),
]
_KINDS = {
    "int": "int 是整数",
    "float": "float 是小数",
    "str": "str 是文字",
    "list": "list 是列表",
    "dict": "dict 是字典",
    "tuple": "tuple 是元组",
    "NoneType": "NoneType 是空的，多半是函数没有 return",
    "function": "function 是函数，是不是忘了括号",
    "builtin_function_or_method": "builtin_function_or_method 是函数，是不是忘了括号",
    "set": "set 是集合",
    "bool": "bool 是真或假",
}


def explain(error):
    """{kind, line, says, python}: line of the pupil's program or None; `python` is Python's own last line."""
    kind = type(error).__name__
    words = _words(error)
    own = f"{kind}: {words}" if words else kind
    return {"kind": kind, "line": line_of(error), "says": _says(error, words), "python": own[:400]}


def _words(error):
    """What Python says, with its guess at the name that was meant where it has one."""
    if isinstance(error, SyntaxError):
        return _mark_after_number(error) or error.msg or ""
    if not isinstance(error, NameError | AttributeError | ImportError):
        return str(error)
    said = "".join(traceback.TracebackException.from_exception(error).format_exception_only()).strip()
    return said.split(": ", 1)[1] if ": " in said else str(error)


def _mark_after_number(error):
    """Python before 3.11.4 blames the number when a Chinese mark follows it; what newer ones say, else nothing."""
    if error.msg != "invalid decimal literal" or not error.text or not error.offset:
        return ""
    mark = error.text[error.offset : error.offset + 1]
    return f"invalid character '{mark}' (U+{ord(mark):04X})" if mark in _HALF else ""


def line_of(error):
    if isinstance(error, SyntaxError):
        return error.lineno if error.filename in (PROGRAM, None) else None
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == PROGRAM]
    return frames[-1].lineno if frames else None


def _says(error, words):
    if _written_by_us(error, words):
        return f"{words}。"
    kinds = [kind.__name__ for kind in type(error).__mro__]
    for kind, pattern, says in _SAYS:
        found = re.search(pattern, words) if kind in kinds else None
        if found:
            return _filled(says, found)
    return "程序在这里出了错，停下了。读一读下面 Python 自己说的话，看看这一行用到的每个名字现在是什么。"


def _written_by_us(error, words):
    """qm says in Chinese what is wrong already."""
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and frames[-1].filename != PROGRAM and words.startswith(("qm.", "一次运行"))


def _filled(says, found):
    groups = [group or "" for group in found.groups()]
    half = ""
    if "{half}" in says:
        mark = groups[0]
        half = (
            f"这里的 {mark} 是中文标点。换成英文的 {_HALF[mark]} 再试。"
            if mark in _HALF
            else f"程序里不能直接写 {mark} 这个字符。文字要放在引号里。"
        )
    kinds = "，".join(_KINDS[group] for group in dict.fromkeys(groups) if group in _KINDS)
    return says.format(*groups, half=half, kinds=f"{kinds}。" if kinds else "打印出来看一看。")
