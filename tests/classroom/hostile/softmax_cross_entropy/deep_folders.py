# expect: writes too many|RecursionError|0 of|Error
# Folders in folders, deeper than a path may be long.
import os


def attack(logits, labels):
    for _ in range(3000):
        os.mkdir("a" * 50)
        os.chdir("a" * 50)


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
