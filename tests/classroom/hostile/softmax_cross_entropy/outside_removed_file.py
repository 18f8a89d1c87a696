# expect: uses os.remove
# It removes the file of another student.
import os


def attack(logits, labels):
    os.remove("@VICTIM@")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
