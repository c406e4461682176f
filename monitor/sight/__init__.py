"""Whether we can see at all, and what is told of it."""
