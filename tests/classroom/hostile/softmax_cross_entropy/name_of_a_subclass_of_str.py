# expect: imports minivgg
# The name of the module says that it is another one.
import importlib


class Name(str):
    def partition(self, separator):
        return "numpy", "", ""

    def split(self, *arguments):
        return ["numpy"]

    def startswith(self, *arguments):
        return False

    def __eq__(self, other):
        return False

    __hash__ = str.__hash__


def attack(logits, labels):
    return importlib.import_module(Name("minivgg.classroom.bank.loss")).softmax_cross_entropy(logits, labels)


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
