"""How good a conversation over a link can be: R (ITU-T G.107) and MOS (ITU-T P.800)."""

import math

R_MOST = 93.2
"""R of G.107 with all its defaults."""
_ENDS_S = 0.045
"""What the ends add to the network: frames of 20 ms, and 25 ms to code and play them."""
_KNEE_S = 0.1773


def mouth_to_ear_s(rtt_s: float, jitter_s: float) -> float:
    """Return the one-way delay: half the round trip, a buffer of twice the jitter, the ends."""
    return rtt_s / 2 + 2 * jitter_s + _ENDS_S


def r_of(delay_s: float, loss_ratio: float) -> float:
    """Return R, 0 to 93.2, of a one-way delay and a loss, for G.711.

    Cole and Rosenbluth's simplification of G.107 (2001): R = 94.2 - Id - Ie, with Id = 0.024 d
    + 0.11 (d - 177.3) beyond 177.3 ms, and Ie = 30 ln(1 + 15 e). Its 94.2 is cut at 93.2.

    >>> round(r_of(mouth_to_ear_s(0.3, 0.04), 0.02))
    69
    """
    delay_ms = delay_s * 1000
    r = 94.2 - 0.024 * delay_ms - 30 * math.log1p(15 * loss_ratio)
    if delay_s > _KNEE_S:
        r -= 0.11 * (delay_ms - _KNEE_S * 1000)
    return min(R_MOST, max(0.0, r))


def mos_of(r: float) -> float:
    """Return the mean opinion score, 1 to 4.5, of an R (G.107 annex B).

    The cubic dips below 1 for R under 6.5; a score does not.

    >>> round(mos_of(69), 1)
    3.6
    """
    if r >= 100:
        return 4.5
    return max(1.0, 1 + 0.035 * r + 7e-6 * r * (r - 60) * (100 - r))
