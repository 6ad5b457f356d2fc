"""Decisions of the teaching room as pure functions: no database, no clock, no request."""
