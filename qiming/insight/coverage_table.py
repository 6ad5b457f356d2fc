"""The matrix to take away: an .xlsx with the grid of outcomes and lessons, or a .csv."""

from qiming.insight.queries.covered import Matrix
from qiming.insight.rules.coverage import Line
from qiming.kernel import exports, tables

HEADINGS = (
    "现在", "学段", "主题", "学习结果", "哪里读到", "核对", "有哪几课", "题（道）", "上过（节）", "其中已确认（节）", "已排（节）", "上过的班（个）",
)  # fmt: skip
_STAGES = {"primary": "小学", "junior": "初中", "senior": "高中"}


def xlsx(matrix: Matrix) -> bytes:
    """Three sheets: outcomes with figures, the grid of outcomes by lessons, what stands behind it."""
    lessons = list(
        {cell.lesson.key: (cell.course, cell.lesson) for line in matrix.lines for cell in line.cells}.values()
    )
    grid = [
        "学习结果",
        *(f"{course.title} 第{lesson.position}课 {lesson.title}" for course, lesson in lessons),
    ]
    return tables.xlsx(
        [
            ("覆盖", HEADINGS, [_cells(line) for line in matrix.lines]),
            ("课与条目", grid, [_grid(line, [one.key for _, one in lessons]) for line in matrix.lines]),
            ("说明", ("项目", "内容"), _notes(matrix)),
        ]
    )


def csv(matrix: Matrix) -> bytes:
    return b"".join(tables.csv_lines(HEADINGS, [_cells(line) for line in matrix.lines]))


def _cells(line: Line) -> list[str | int]:
    outcome = line.outcome
    lessons = "；".join(
        f"{cell.course.title} 第{cell.lesson.position}课 {cell.lesson.title}" for cell in line.cells
    )
    checked = "已核对原文" if outcome.verified else "我们的建议" if outcome.is_proposal else "未核对原文"
    return [
        line.stand.zh, _STAGES.get(outcome.stage, outcome.stage), outcome.theme_title, outcome.text, outcome.source,
        checked, lessons, line.items, line.held, line.confirmed, line.planned, line.classes,
    ]  # fmt: skip


def _grid(line: Line, keys: list[str]) -> list[str | int]:
    """Held periods of each lesson that serves the outcome; an empty cell: the lesson isn't for it."""
    held = {cell.lesson.key: cell.periods for cell in line.cells}
    return [line.outcome.text, *(held.get(key, "") for key in keys)]


def _notes(matrix: Matrix) -> list[tuple[str, str]]:
    said = matrix.syllabus
    if said is None:
        return []
    return [
        ("范围", matrix.place.name),
        ("学年", matrix.school_year),
        ("课程纲要", f"{said.title}，第{said.version}版，{said.published}"),
        ("文本的地位", said.status_words + ("" if said.full_text_found else "；没有读到全文")),
        ("题", "这一课里考这一条的知识点的题；条目没有写知识点的，算这一课的全部题"),
        ("上过的节", "条目对应的课上过的节数，加上老师补记时写明是这一条的；一课分几次上，算几次"),
        ("课与条目", "格子里是这一课上过的节数；空格表示这一课不为这一条而写"),
    ]


WRITERS = {"xlsx": (xlsx, exports.XLSX), "csv": (csv, "text/csv; charset=utf-8")}
