# expect: starts another process
# It starts a shell in a terminal.
import pty


def attack(logits, labels):
    pty.spawn(["touch", "@OUTSIDE@/was-here"])


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
