"""What can happen to a fleet, with the truth beside it: who is to be called, why, and how soon.

Each scenario drives the shipped core of the daemon (scheduler, watch, pipeline, journal) on a clock
of its own. `library` names them all; one file per kind of trouble.
"""
