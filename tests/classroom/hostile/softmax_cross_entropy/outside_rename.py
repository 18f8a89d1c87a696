# expect: uses os.rename
# It moves the file of another student away.
import os


def attack(logits, labels):
    os.rename("@VICTIM@", "x.py")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
