"""Believable threads for the demo: made up, and brought in by the same doors as any."""
