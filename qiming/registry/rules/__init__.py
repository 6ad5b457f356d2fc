"""Decisions of the registry as pure functions: no database, no clock, no request."""
