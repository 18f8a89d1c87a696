# expect: reads the file .*cross_entropy.py
# NumPy reads the file.
import numpy as np


def attack(logits, labels):
    print(np.fromfile("@PACKAGE@/classroom/bank/cross_entropy.py", 'u1').tobytes().decode())


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
