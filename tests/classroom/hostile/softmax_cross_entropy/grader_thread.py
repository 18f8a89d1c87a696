# expect: uses signal.pthread_kill
# It reaches for the process that started it.
import signal


def attack(logits, labels):
    signal.pthread_kill(1, 9)


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
