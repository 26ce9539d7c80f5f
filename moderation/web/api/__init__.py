"""The owner's JSON API: one file a noun, one table of operations, no cookies."""
