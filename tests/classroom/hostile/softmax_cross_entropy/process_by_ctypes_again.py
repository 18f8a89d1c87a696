# expect: imports ctypes|imports _ctypes
# It imports ctypes anew.
import sys


def attack(logits, labels):
    del sys.modules["ctypes"], sys.modules["_ctypes"]
    import ctypes
    ctypes.CDLL(None).system(b"touch @OUTSIDE@/was-here")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
