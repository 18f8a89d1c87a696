# expect: starts another process
# It starts a shell.
import os


def attack(logits, labels):
    os.popen("touch @OUTSIDE@/was-here")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
