"""What can be called with the arguments that a training gives, and what is said of the rest."""

import inspect

import pytest

from minivgg.training.checks import require_call


def test_what_is_no_function_and_what_has_no_signature():
    with pytest.raises(TypeError, match=r"^Trainer: X\.step must be a function, got 5$"):
        require_call("X.step", 5, ())
    with pytest.raises(ValueError, match="no signature"):
        inspect.signature(min)
    require_call("X.step", min, ("accuracy",))  # a function of C
    with pytest.raises(TypeError, match=r"can be called as step\(a, b\): too many positional arg"):
        require_call("X.step", lambda a: a, ("a", "b"))
