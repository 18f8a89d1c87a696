# expect: starts another process
# A process that leaves the group and outlives the child.
import os


def attack(logits, labels):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            while True:
                open("@OUTSIDE@/was-here", "w")
        os._exit(0)


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
