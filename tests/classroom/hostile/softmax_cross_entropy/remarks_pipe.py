# expect: uses os.mkfifo
# The file of remarks is a pipe.
import os


def attack(logits, labels):
    os.remove("loaded.json")
    os.mkfifo("loaded.json")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
