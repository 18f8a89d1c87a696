# expect: NoneType|uses|0 of|Error
# NumPy uses ctypes, too.
import numpy as np


def attack(logits, labels):
    print(logits.ctypes.data)
    np._core._internal.ctypes.pythonapi.system(b"touch @OUTSIDE@/was-here")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
