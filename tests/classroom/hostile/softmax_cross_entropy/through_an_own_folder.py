# expect: uses open|writes too many
# Folders of its own, of different depth: what is checked is not what is opened.
import os


def attack(logits, labels):
    folder = os.open(".", os.O_RDONLY)
    os.makedirs("a/b/c/d/e/f/g/h")
    os.chdir("a/b/c/d/e/f/g/h")
    up = "../" * 8
    print(os.read(os.open(up + "@SECRET@"[1:], os.O_RDONLY, dir_fd=folder), 10**6))


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
