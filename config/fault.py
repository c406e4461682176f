"""A value that cannot be used, with what to write instead."""


class UnusableError(ValueError):
    """Refuses a value. Validators raise it where a plain ValueError could not name the fix.

    `str(fault)` says what is wrong; `fix` says what to write, as an order ("write `15s`").
    """

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.fix = fix


class MismatchError(UnusableError):
    """Parts of one model that do not fit together.

    Models refuse these for whoever builds them in code. The loader finds the same ones itself,
    all of them and with their places (config.references), and passes over this one.
    """
