"""The desk: what was used, what stands in the chain, what is open and what was turned off, for schools and offices."""
