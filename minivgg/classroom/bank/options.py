"""Choosing what to compute by the mistakes that are to be made."""

from collections.abc import Collection, Mapping
from typing import TypeAlias, TypeVar

Mistakes: TypeAlias = Collection[str]  # names of mistakes and their variants: "leaky", "leaky/2"
Value = TypeVar("Value")
Default = TypeVar("Default")


def select(options: Mapping[str, Value], mistakes: Mistakes, default: Default) -> Value | Default:
    """The value of the first key of ``options`` that is one of the mistakes, else the default."""
    return next((value for name, value in options.items() if name in mistakes), default)
