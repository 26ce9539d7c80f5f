"""Shelf: how replies and pings are written on the wire. One file, one protocol."""
