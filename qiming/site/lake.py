"""What the doctor says about the lake: whether the desk's figures and the lake's are the same."""

from collections.abc import Iterator
from datetime import datetime

from qiming.site.findings import Finding

SHOWN = 5
REMEDY = (
    "请先运行 qiming insight export 和 qiming insight check，明天再看；还不一致，就运行 qiming periods recompute 重算台账，"
    "并把这一行交给开发者。课时台照常可用"
)
NOT_COMPARED = (
    "请看 qiming worker 有没有在运行；缺组件时在安装目录运行 pip install 'qiming[lake]'。课时台照常可用"
)


def lake() -> Iterator[Finding]:
    """Nothing where there is no lake."""
    from qiming.governance import lake as comparing
    from qiming.insight.queries import lake as insight
    from qiming.kernel import time

    if not insight.is_there(comparing.home()):
        return
    found = comparing.kept()
    if found is None or time.now() - datetime.fromisoformat(found.at) > comparing.TOO_OLD:
        yield Finding("课时台和数据湖三天没有核对过", False, NOT_COMPARED, is_urgent=False)
        return
    when = time.local(datetime.fromisoformat(found.at))
    if not found.differences:
        yield Finding(f"课时台和数据湖的 {found.figures} 个数字一致（{when:%m-%d %H:%M} 核对）", True)
        return
    told = [f"{one.place}{one.what}：课时台 {one.desk}，数据湖 {one.lake}" for one in found.differences]
    more = f"；另有 {len(told) - SHOWN} 处" if len(told) > SHOWN else ""
    yield Finding(
        f"课时台和数据湖有 {len(told)} 个数字不一致（{when:%m-%d %H:%M} 核对）：{'；'.join(told[:SHOWN])}{more}",
        False,
        REMEDY,
        is_urgent=False,
    )
