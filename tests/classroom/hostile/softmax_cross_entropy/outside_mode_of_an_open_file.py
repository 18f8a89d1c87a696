# expect: uses os.chmod
# It changes the mode of a file that it can only read.
import os

import numpy as np


def attack(logits, labels):
    os.fchmod(os.open(np.__file__, os.O_RDONLY), 0o666)


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
