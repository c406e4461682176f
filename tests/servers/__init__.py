"""Real servers for tests: each on a free loopback port, ready when started, gone afterwards."""
