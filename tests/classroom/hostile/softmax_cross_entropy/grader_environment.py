# expect: reads the file /proc
# It reaches for the process that started it.
import os


def attack(logits, labels):
    print(open(f"/proc/{os.getppid()}/environ").read())


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
