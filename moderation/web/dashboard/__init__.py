"""The owner's dashboard: one file a group of pages, all of it plain forms that need no script."""
