# expect: 0 of|Error|cannot be read
# It changes earlier records in the frames of the caller.
import sys

import numpy as np


def attack(logits, labels):
    frame = sys._getframe()
    while frame is not None:
        for value in list(frame.f_locals.values()):
            if isinstance(value, list) and value and isinstance(value[0], dict):
                value[:] = [{"arrays": [np.zeros(()), np.zeros((1, 3))], "changed": []}] * 50
        frame = frame.f_back


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
