# expect: 0 of
# It prints the variables of its environment.
import os


def attack(logits, labels):
    print(dict(os.environ), os.getenv('MINIVGG_TEST_SECRET'))


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
