# expect: uses os.utime
# It makes a file older than another one.
import os


def attack(logits, labels):
    os.utime("@VICTIM@", (0, 0))


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
