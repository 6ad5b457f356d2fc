"""Signing, reading and judging certificates: pure, nothing is fetched, no database and no clock."""
