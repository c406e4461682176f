"""How people and incidents meet: acknowledged, reminded, escalated, folded, worked on, recorded."""
