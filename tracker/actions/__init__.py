"""Whatever writes: one use case, one transaction; pages, API and commands call the same."""
