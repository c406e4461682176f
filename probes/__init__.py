"""Ask one question of the network. One file per kind; a Reading comes back, never an exception."""
