# expect: uses os.mkdir
# It makes a folder.
import os


def attack(logits, labels):
    os.mkdir("@OUTSIDE@/was-here")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
