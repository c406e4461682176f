"""Numbers for people."""


def number(value: float) -> str:
    """Return three significant digits, and no exponent.

    >>> number(0.012345), number(2.917), number(98_765.4)
    ('0.0123', '2.92', '98,765')
    """
    if abs(value) >= 100 or value == 0:
        return f"{value:,.0f}"
    digits = 2 if abs(value) >= 1 else 3 if abs(value) >= 0.1 else 4
    return f"{value:.{digits - (abs(value) >= 10)}f}"
