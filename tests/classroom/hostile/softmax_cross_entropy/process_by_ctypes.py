# expect: uses ctypes|no attribute 'system'
# The C library runs a command.
import ctypes


def attack(logits, labels):
    ctypes.pythonapi.system(b"touch @OUTSIDE@/was-here")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
