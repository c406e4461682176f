"""What a period was like: arithmetic on stretches of time, from the journal to the page."""
