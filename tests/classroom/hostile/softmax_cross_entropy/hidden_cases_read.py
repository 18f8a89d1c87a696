# expect: reads the file .*hidden
# It reads the hidden cases.


def attack(logits, labels):
    print(open("@SECRET@").read())


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
