# expect: uses os.chmod
# It makes a file unreadable.
import os


def attack(logits, labels):
    os.chmod("@VICTIM@", 0)


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
