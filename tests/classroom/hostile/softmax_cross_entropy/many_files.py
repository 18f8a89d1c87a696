# expect: writes too many
# A million files.


def attack(logits, labels):
    for number in range(10**6):
        open(str(number), "w").close()


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
