"""Graders: pure rules that read the replies to a case. See `grade`."""
