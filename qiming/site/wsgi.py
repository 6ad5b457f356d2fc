"""The web worker's entry."""

import os
import sys
from importlib import import_module

from django.core.wsgi import get_wsgi_application

# openpyxl loads NumPy where a school has installed it for pupils' programs: 25 MB a worker for nothing. Hidden while it
# is loaded, and only then: psycopg looks at it too.
sys.modules["numpy"] = None  # type: ignore[assignment]  # Python's own way of saying "not to be had"
import_module("openpyxl")
del sys.modules["numpy"]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiming.site.settings")
application = get_wsgi_application()
