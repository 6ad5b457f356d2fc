"""The dated task ledger: whose task, by when, how far, with what proof."""
