"""How good the verdicts are: false alarms and delays against rival rules, in simulated time."""
