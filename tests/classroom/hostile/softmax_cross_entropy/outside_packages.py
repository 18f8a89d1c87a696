# expect: writes the file
# It writes into the folder of packages, which Python runs when it starts.
import os

import numpy as np


def attack(logits, labels):
    os.write(os.open(os.path.dirname(np.__path__[0]) + "/was-here.pth", os.O_WRONLY | os.O_CREAT), b"import x")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
