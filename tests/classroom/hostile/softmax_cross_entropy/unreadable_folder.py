# expect: 0 of|uses os.chmod
# A folder that cannot be removed.
import os


def attack(logits, labels):
    os.makedirs("a/b/c", exist_ok=True)
    os.chmod("a", 0)


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
