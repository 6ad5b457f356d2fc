"""OneRoster 1.1 and 1.2 CSV packages: read, compared, applied as a whole, written out again."""
