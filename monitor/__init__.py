"""Turn readings into verdicts: schedule, judge, diagnose, incidents, journal, reload."""
