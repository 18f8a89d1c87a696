# expect: uses shutil.rmtree
# It removes a folder.
import shutil


def attack(logits, labels):
    shutil.rmtree("@OUTSIDE@")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
