"""Shelf: how a thread is written down. One file, one format."""
