# expect: reads the file .*cross_entropy.py
# It loads the file of the answer as a module.
from importlib.machinery import SourceFileLoader


def attack(logits, labels):
    loader = SourceFileLoader('x', "@PACKAGE@/classroom/bank/cross_entropy.py")
    return loader.load_module().softmax_cross_entropy(logits, labels)


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
