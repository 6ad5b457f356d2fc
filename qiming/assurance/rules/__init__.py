"""Decisions of the gate as pure functions: no database, no clock, no request."""
