# expect: loads the file|imports
# It loads an extension module that it has written itself.
import importlib.util
import os
import sys


def attack(logits, labels):
    import glob

    name = [n for n in glob.glob(sys.prefix + "/lib/python*/lib-dynload/*.so") + glob.glob(sys.base_prefix + "/lib/python*/lib-dynload/*.so") if "_ctypes." in n][0]
    open("x.so", "wb").write(open(name, "rb").read())
    spec = importlib.util.spec_from_file_location("y", os.path.abspath("x.so"))
    importlib.util.module_from_spec(spec)


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
