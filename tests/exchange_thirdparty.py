"""Read other people's packages and count: `python -m tests.exchange_thirdparty NAME FILE_OR_FOLDER…` prints one row of
the table in docs/exchange.md. The files are not ours to ship; the table says from which repository and commit they came.
"""

import os
import sys
from collections import Counter
from pathlib import Path

import django


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiming.site.settings")
    django.setup()
    from qiming.curriculum.exchange.formats import read_package
    from qiming.curriculum.exchange.model import Level
    from qiming.kernel.errors import UserError

    name, paths = sys.argv[1], [Path(one) for one in sys.argv[2:]]
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for path in paths:
        try:
            course = read_package(path, path.name, lambda *_: None)
        except UserError as error:
            counts["refused"] += 1
            reasons[f"包：{error.message}"] += 1
            continue
        counts.update(course.report.counts)
        counts["packages"] += 1
        counts["steps"] += sum(len(lesson.steps) for lesson in course.lessons)
        reasons.update(finding.what.split("：")[0] for finding in course.report.of(Level.OUT))
    print(
        f"| {name} | {len(paths)} | {counts['packages']} | {counts['items_taken']} of {counts['items_found']} "
        f"| {counts['items_kept']} | {counts['lessons']} / {counts['steps']} | "
        + "；".join(f"{what} {times}" for what, times in reasons.most_common(12))
        + " |"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
