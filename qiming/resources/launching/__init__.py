"""Which products a school's classes launch: asked for, decided, filed, enabled, stopped; and the gate at every launch."""
