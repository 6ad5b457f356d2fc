"""Reports of a record, for a headmaster and for an engineer."""
