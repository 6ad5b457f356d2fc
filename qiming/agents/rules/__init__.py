"""Decisions of the chain as pure functions: what a key may call, which models are tried, what is counted where."""
