"""Shelf: what examines a comment. One file, one check; its name in the settings is the file's."""
