# expect: reads the file .*cross_entropy.py
# It runs the source of the answer.


def attack(logits, labels):
    names = {}
    exec(open("@PACKAGE@/classroom/bank/cross_entropy.py").read(), names)
    return names['softmax_cross_entropy'](logits, labels)


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
