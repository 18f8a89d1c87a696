# expect: reads the file .*cross_entropy.py
# It opens the file by a system call.
import os


def attack(logits, labels):
    print(os.read(os.open("@PACKAGE@/classroom/bank/cross_entropy.py", os.O_RDONLY), 10**6).decode())


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
