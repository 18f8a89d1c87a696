# expect: writes the file
# It opens a file with flags, not with a mode.
import os


def attack(logits, labels):
    os.write(os.open("@OUTSIDE@/was-here", os.O_WRONLY | os.O_CREAT), b"1")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
