# expect: reads the file .*victim.py
# It reads the file of another student.


def attack(logits, labels):
    print(open("@VICTIM@").read())


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
