"""Measures: each indicator once, as an Ibis expression, for DuckDB on one machine and Spark on many. See docs/lake.md.

Nothing here is loaded by a page: the engines come with `qiming[lake]` and `qiming[spark]`.
"""
