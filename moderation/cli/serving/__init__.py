"""The server process: its socket, its patience with clients, its signals, its end."""
