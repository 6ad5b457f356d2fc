"""The import of a whole city's roster: made, imported with a kill half way, measured."""
