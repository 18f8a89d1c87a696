# expect: reads the file .*cross_entropy.py
# It loads the file of the answer by a specification.
from importlib import util


def attack(logits, labels):
    spec = util.spec_from_file_location('x', "@PACKAGE@/classroom/bank/cross_entropy.py")
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.softmax_cross_entropy(logits, labels)


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
