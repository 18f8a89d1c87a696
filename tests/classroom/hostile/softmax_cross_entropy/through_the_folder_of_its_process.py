# expect: uses open on|reads the file
# A link to the working folder, and up again.


def attack(logits, labels):
    print(open("/proc/self/cwd/../../../../../../../../..@SECRET@").read())


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
