# expect: uses os.pidfd_open|has no attribute
# It reaches for the process that started it.
import os
import signal


def attack(logits, labels):
    signal.pidfd_send_signal(os.pidfd_open(os.getppid()), 9)


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
