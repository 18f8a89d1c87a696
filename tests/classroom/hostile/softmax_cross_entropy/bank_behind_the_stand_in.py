# expect: KeyError
# The stand-in could have imported the bank.
import sys

import minivgg.classroom.reference_solutions


def attack(logits, labels):
    return sys.modules["minivgg.classroom.bank.loss"].softmax_cross_entropy(logits, labels)


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
