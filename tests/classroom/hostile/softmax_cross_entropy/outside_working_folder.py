# expect: uses os.chdir
# It changes the working folder.
import os


def attack(logits, labels):
    os.chdir("@OUTSIDE@")
    open("was-here", "w").write("1")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
