"""Where the way to what fell silent ends."""
