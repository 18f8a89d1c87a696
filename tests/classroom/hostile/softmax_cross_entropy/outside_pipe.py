# expect: uses os.mkfifo
# It makes a pipe.
import os


def attack(logits, labels):
    os.mkfifo("@OUTSIDE@/was-here")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
