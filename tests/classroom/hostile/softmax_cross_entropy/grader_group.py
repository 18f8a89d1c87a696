# expect: uses os.killpg
# It reaches for the process that started it.
import os


def attack(logits, labels):
    os.killpg(os.getpgid(os.getppid()), 9)


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
