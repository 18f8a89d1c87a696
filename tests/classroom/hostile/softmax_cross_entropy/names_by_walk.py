# expect: 0 of|uses os
# It lists the files of others.
import os


def attack(logits, labels):
    print(list(os.walk("@OUTSIDE@")))


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
