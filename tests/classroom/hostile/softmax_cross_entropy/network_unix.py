# expect: uses socket|urlopen|not allowed|not permitted
# It uses the network.
import socket


def attack(logits, labels):
    socket.socket(socket.AF_UNIX).connect("/run/x")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
