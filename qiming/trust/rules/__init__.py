"""Trust's decisions, pure."""
