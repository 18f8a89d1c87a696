# expect: uses os.rename
# It replaces the file of another student.
import os


def attack(logits, labels):
    open("x.py", "w").write("x = 1")
    os.replace("x.py", "@VICTIM@")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
