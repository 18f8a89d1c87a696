# expect: uses socket|urlopen|not allowed|not permitted
# It uses the network.
import urllib.request


def attack(logits, labels):
    urllib.request.urlopen("http://127.0.0.1:9/")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
