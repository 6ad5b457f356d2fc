"""What the doctor says about running pupils' programs: the walls are tried, here and now."""

from collections.abc import Iterator

from qiming.site.findings import Finding

TAKES = "交上来的程序照样收下，只是没有服务器的检查；高中学生看不到“在学校服务器上跑”"


def judging() -> Iterator[Finding]:
    """Whether the sandbox holds on this machine, what seniors find in it, and whether a worker is there."""
    from qiming.judge.standing import has_notebook, try_out
    from qiming.learning.judging import station

    if station.is_off():
        yield Finding("学生的程序不在服务器上运行（QIMING_JUDGE=off）", True)
        return
    standing = try_out(station.LAB)
    yield Finding(standing.says, standing.works, f"{standing.remedy}。{TAKES}", is_urgent=False)
    if not standing.works:
        return
    names = "、".join(f"{name} {version}" for name, version in standing.packages)
    ready = has_notebook(standing)
    yield Finding(
        f"高中程序能用的库：{names}" if ready else "没有给高中程序装库，学生看不到“在学校服务器上跑”",
        True,  # a school of younger pupils needs none
    )
    if standing.remedy:  # the walls stand; what is wrong is the school's own folder of packages
        yield Finding("学校自己装的库没有用上", False, standing.remedy, is_urgent=False)
    seen = station.is_open()
    yield Finding(
        "判题的后台进程在运行" if seen.judges else f"判题的后台进程没有运行：{seen.says}",
        seen.judges,
        f"{seen.remedy}。{TAKES}",
        is_urgent=False,
    )
