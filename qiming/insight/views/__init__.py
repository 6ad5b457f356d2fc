"""Pages of this room: parse, ask, render."""
