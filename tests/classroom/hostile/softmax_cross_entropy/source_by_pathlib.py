# expect: reads the file .*cross_entropy.py
# Path reads the file.
from pathlib import Path


def attack(logits, labels):
    print(Path("@PACKAGE@/classroom/bank/cross_entropy.py").read_text())


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
