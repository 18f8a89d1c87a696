# expect: writes the file|reads the file
# It writes into its own memory through the kernel.
import os


def attack(logits, labels):
    open("/proc/self/mem", "r+b").write(b"x")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
