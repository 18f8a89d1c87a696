# expect: uses os.listdir|uses os.scandir
# It lists the files of others.
from pathlib import Path


def attack(logits, labels):
    print(list(Path("@OUTSIDE@").iterdir()))


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
