# expect: writes the file
# logging writes a file.
import logging


def attack(logits, labels):
    logging.FileHandler("@OUTSIDE@/was-here")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
