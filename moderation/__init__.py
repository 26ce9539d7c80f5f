"""The moderation service for blogs: comments and pings of all kinds in one queue."""
