"""`python -m qiming.site` is `qiming`."""

from qiming.site.cli import app

app()
