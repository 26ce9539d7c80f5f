"""The one way out: the guarded fetch of a stranger's page, read in a worker process."""
