# expect: reads the file .*cross_entropy.py
# It opens the source as code.
import io


def attack(logits, labels):
    print(io.open_code("@PACKAGE@/classroom/bank/cross_entropy.py").read())


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
