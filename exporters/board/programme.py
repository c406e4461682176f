"""The programme *Internet en cada clínica*: CFE and IMSS-Bienestar, signed on 12 November 2025.

3,180 clinics in 1,179 municipalities of 24 states. The eight states that had not joined
IMSS-Bienestar are those of March 2026.
"""

from config.state import STATES

GOAL_SITES = 3180
GOAL_MUNICIPALITIES = 1179
GOAL_STATES = 24
OUTSIDE = frozenset({"AS", "CH", "CL", "DG", "GT", "JC", "NL", "QT"})
INSIDE = tuple(code for code in STATES if code not in OUTSIDE)
