"""From the states of one site to causes."""
