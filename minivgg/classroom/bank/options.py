"""Choosing what to compute by the mistakes that are to be made."""


def select(options, mistakes, default):
    """The value of the first key of ``options`` that is one of the mistakes, else the default."""
    return next((value for name, value in options.items() if name in mistakes), default)
