"""Drills: long or rough things that CI does not run; `make drills`."""
