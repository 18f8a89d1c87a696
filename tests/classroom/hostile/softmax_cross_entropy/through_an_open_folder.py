# expect: uses open|reads the file|opens
# It opens a readable folder, and goes on from it.
import os


def attack(logits, labels):
    folder = os.open(os.path.dirname(os.__file__), os.O_RDONLY)
    up = "../" * 20
    print(os.read(os.open(up + "@SECRET@"[1:], os.O_RDONLY, dir_fd=folder), 10**6))


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
