# expect: writes the file
# It copies a file.
import os
import shutil


def attack(logits, labels):
    shutil.copy(os.__file__, "@OUTSIDE@/was-here")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
