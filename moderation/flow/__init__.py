"""Use cases, one a file; they know contracts only."""
