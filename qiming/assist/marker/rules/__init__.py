"""Decisions of the marker. Pure: no database, no clock, no request."""
