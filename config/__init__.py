"""What to watch: YAML and CSV in, a frozen Fleet out, every error with its place and its fix."""
