"""Whether what is silent is down: quickest detection with a budget of false alarms."""
