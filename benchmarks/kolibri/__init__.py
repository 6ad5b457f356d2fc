"""A peer: Kolibri, in a virtual environment of its own (see ../README.md)."""
