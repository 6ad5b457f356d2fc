"""Runs inside an installation's home and prints, for a machine, what cannot be asked over HTTP: how much there is,
how long the ledger and the desk's figures take."""

import json
import resource
import sys
import time
from typing import Any

import django


def main() -> None:
    django.setup()
    print(json.dumps({"size": _size, "ledger": _ledger}[sys.argv[1]]()))


def _size() -> dict[str, Any]:
    from django.db import connection

    asked = {
        "schools": "SELECT count(*) FROM registry_organisation WHERE kind = 'school'",
        "classes": "SELECT count(*) FROM registry_organisation WHERE kind = 'class_group'",
        "pupils": "SELECT count(*) FROM registry_classmembership WHERE ends_on IS NULL",
        "staff": "SELECT count(*) FROM registry_employment",
        "periods": "SELECT count(*) FROM teaching_taughtperiod",
        "credits": "SELECT count(*) FROM teaching_periodcredit",
        "evidence": "SELECT count(*) FROM teaching_periodevidence",
        "database_mib": "SELECT pg_database_size(current_database()) / 1048576",
    }
    found: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for name, sql in asked.items():
            cursor.execute(sql)
            found[name] = int(cursor.fetchone()[0])
    return found


def _ledger() -> dict[str, Any]:
    from django.db.models import Sum

    from qiming.governance.jobs import recount_city
    from qiming.governance.models import GradeCoverage
    from qiming.governance.projection import project_school
    from qiming.registry import queries as registry
    from qiming.teaching.services import recompute_place

    year = registry.current_year().key
    rows = GradeCoverage.objects.unscoped("the benchmark looks for the largest school").filter(
        school_year=year
    )
    largest = rows.order_by().values("school_id", "scope_path").annotate(n=Sum("pupils")).order_by("-n")[0]
    began = time.monotonic()
    done = recompute_place(scope_path=largest["scope_path"], school_year=year)
    ledger_s = time.monotonic() - began
    began = time.monotonic()
    project_school(largest["school_id"], year)
    figures_s = time.monotonic() - began
    began = time.monotonic()
    recount_city()
    return {
        "pupils": largest["n"],
        "periods": done.periods,
        "credits": done.credited,
        "ledger_s": round(ledger_s, 2),
        "figures_s": round(figures_s, 2),
        "night_s": round(time.monotonic() - began, 1),
        "night_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "schools": registry.count_schools(registry.city().path),
    }


if __name__ == "__main__":
    main()
