# expect: imports minivgg
# It imports the package through importlib.
import importlib


def attack(logits, labels):
    return importlib.import_module("minivgg.classroom.bank.cross_entropy").softmax_cross_entropy(logits, labels)


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
