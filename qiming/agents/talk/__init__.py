"""Talking with an agent: the typed facts that go in (`types`), the turn that comes out (`services.say`)."""
