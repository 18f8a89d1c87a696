# expect: uses sys.settrace
# A trace function could change the names of the hook.
import sys


def attack(logits, labels):
    sys.settrace(lambda *a: None)


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
