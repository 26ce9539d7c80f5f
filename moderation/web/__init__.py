"""The HTTP surface: a request becomes a call, a result becomes a response."""
