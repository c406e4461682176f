"""Whether a link that answers is as good as usual, and good enough for telemedicine."""
