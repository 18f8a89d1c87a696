# expect: uses socket|urlopen|not allowed|not permitted
# It uses the network.
import _socket


def attack(logits, labels):
    _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM).connect(("127.0.0.1", 9))


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
