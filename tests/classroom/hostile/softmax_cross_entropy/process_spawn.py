# expect: starts another process
# It starts a program.
import os


def attack(logits, labels):
    os.posix_spawn("/bin/sh", ["sh", "-c", "touch @OUTSIDE@/was-here"], {})


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
