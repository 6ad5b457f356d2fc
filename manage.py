#!/usr/bin/env python
"""Django's own commands for developers (makemigrations, shell); operators use `qiming`."""

import os
import sys

from qiming.site import supervisor

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiming.site.settings")
    supervisor.open_house("owner")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
