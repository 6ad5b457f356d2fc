"""The model chain: base models, education routes, agents. What stands so far is its guard, a pure library."""
