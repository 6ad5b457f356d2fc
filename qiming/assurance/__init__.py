"""The test field and the gate: banks of cases, graders, the runner, the standard, admission of AI products."""
