# expect: uses os.setxattr|has no attribute
# It sets an attribute of a file.
import os


def attack(logits, labels):
    os.setxattr("@VICTIM@", "user.x", b"1")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
