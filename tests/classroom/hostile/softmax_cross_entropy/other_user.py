# expect: uses (posix|os).setegid, which is not allowed
# A change of the group keeps the process from ending with the grader.
import os


def softmax_cross_entropy(logits, labels):
    os.setegid(os.getgid())
    return 0.0
