# expect: uses resource.prlimit|has no attribute
# It reaches for the process that started it.
import os
import resource


def attack(logits, labels):
    resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1))


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
