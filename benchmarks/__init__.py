"""What the loop costs: programs anyone can run against an installation of their own, beside a peer's."""
