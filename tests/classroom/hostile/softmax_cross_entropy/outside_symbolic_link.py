# expect: uses os.symlink
# It links the file of another student into its own folder.
import os


def attack(logits, labels):
    os.symlink("@VICTIM@", "x.py")
    open("x.py", "a").write("x = 1")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
