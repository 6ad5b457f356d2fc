"""Our own installation, started by the benchmark on a temporary folder with the demo city."""
