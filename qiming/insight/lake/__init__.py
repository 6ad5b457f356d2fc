"""The lake: acts, class hours and estimates as Parquet files, for figures at any size. See docs/lake.md.

Nothing here is loaded by a page: pyarrow comes with the commands and the nightly job alone.
"""
