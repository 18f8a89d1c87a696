# expect: uses imp.create_builtin
# It creates a module of the interpreter anew.
import _imp
import importlib.util


def attack(logits, labels):
    posix = _imp.create_builtin(importlib.util.spec_from_loader("posix", importlib.machinery.BuiltinImporter))
    posix.mkfifo("@OUTSIDE@/was-here")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
