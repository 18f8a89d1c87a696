# expect: 0 of
# It closes its output.
import os


def attack(logits, labels):
    os.close(1)
    os.close(2)


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
