"""LTI 1.3 Advantage from the platform's side, without a database, a clock or a request: what is said, and what is refused."""
