# expect: uses os.truncate
# It empties a file.
import os


def attack(logits, labels):
    os.truncate("@VICTIM@", 0)


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
