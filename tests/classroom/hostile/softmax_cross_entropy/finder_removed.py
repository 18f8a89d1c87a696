# expect: imports minivgg|reads the file|No module
# It removes what refuses imports, and adds the folder of the package.
import importlib
import sys


def attack(logits, labels):
    sys.meta_path[:] = [f for f in sys.meta_path if type(f).__name__ != "ModuleFinder"]
    sys.path.insert(0, "@PARENT@")
    sys.path_importer_cache.clear()
    bank = importlib.import_module("minivgg.classroom.bank.loss")
    return bank.softmax_cross_entropy(logits, labels)


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
