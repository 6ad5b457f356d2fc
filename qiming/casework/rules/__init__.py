"""Casework's decisions, pure: no database, no clock, no request."""
