"""Decisions of the programmes: no database, no clock, no request."""
