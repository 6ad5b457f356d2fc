"""What a sample of the test field costs: our runner, and inspect-ai beside it where it is installed."""
