# expect: reads the file .*cross_entropy.py
# fileinput reads the file.
import fileinput


def attack(logits, labels):
    print(''.join(fileinput.input(["@PACKAGE@/classroom/bank/cross_entropy.py"])))


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
