# expect: uses syslog
# It writes into the log of the system.
import syslog


def attack(logits, labels):
    syslog.syslog("x")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
