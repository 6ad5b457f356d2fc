"""Decisions of this room: what answers say about a class and a pupil. No database, no clock."""
