# expect: No module named|imports minivgg|reads the file|os.listdir
# It gives the stand-in the folder of the package.
import importlib
import sys

import minivgg


def attack(logits, labels):
    minivgg.__path__ = ["@PACKAGE@"]
    classroom = sys.modules["minivgg"] = minivgg
    sys.meta_path[:] = [f for f in sys.meta_path if type(f).__name__ != "ModuleFinder"]
    return importlib.import_module("minivgg.losses")(logits, labels)


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
