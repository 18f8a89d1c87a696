# expect: reads the file|uses|FileNotFound|0 of
# It lists the files of others.
import os


def attack(logits, labels):
    print(list(os.fwalk("@OUTSIDE@")))


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
