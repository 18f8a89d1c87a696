# expect: reads the file .*cross_entropy.py
# It runs the file of the answer.
import runpy


def attack(logits, labels):
    return runpy.run_path("@PACKAGE@/classroom/bank/cross_entropy.py")['softmax_cross_entropy'](logits, labels)


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
