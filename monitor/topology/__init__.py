"""What sites share upstream: when many fall within seconds, it is one trouble of that."""
