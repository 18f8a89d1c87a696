# expect: writes the file
# NumPy writes a file.
import os


def attack(logits, labels):
    logits.tofile("@OUTSIDE@/was-here")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
