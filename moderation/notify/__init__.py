"""Shelf: how the house tells people. One file, one channel."""
