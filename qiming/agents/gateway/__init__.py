"""The one door to models: a small ASGI application, no Django. It reads the chain once, hears of every change, sets quota
aside before a call and settles it after, lets the guard look at both directions, writes every call into the ledger."""
