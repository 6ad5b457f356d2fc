"""Decisions of the resources room as pure functions."""
