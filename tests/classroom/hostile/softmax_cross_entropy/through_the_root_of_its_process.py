# expect: reads the file
# The kernel has links to all files.


def attack(logits, labels):
    print(open("/proc/self/root@SECRET@").read())


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
