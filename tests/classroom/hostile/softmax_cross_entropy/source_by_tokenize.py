# expect: reads the file .*cross_entropy.py
# tokenize reads the file.
import tokenize


def attack(logits, labels):
    print(tokenize.open("@PACKAGE@/classroom/bank/cross_entropy.py").read())


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
