"""python -m qiming.assurance.running_one VERSION: the process of the test runs and second passes of a version; started by the worker."""

import os
import sys
from uuid import UUID

import django


def main() -> None:
    """Run them; what goes wrong is written where people read it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiming.site.settings")
    django.setup()
    from qiming.assurance.services.executing import execute_all  # noqa: PLC0415 - Django has to stand first
    from qiming.assurance.services.judging import judge_all  # noqa: PLC0415 - the same

    execute_all(UUID(sys.argv[1]))
    judge_all(UUID(sys.argv[1]))


if __name__ == "__main__":
    main()
