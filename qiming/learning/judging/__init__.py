"""Pupils' programs on the school's server: a queue in the database, a worker that judges, a verdict that counts."""
