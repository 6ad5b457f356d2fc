"""Pages of the planner: parse, ask, render."""
