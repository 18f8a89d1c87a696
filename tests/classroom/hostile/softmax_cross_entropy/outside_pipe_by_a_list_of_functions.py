# expect: 0 of|uses
# Other modules list the functions of the system.
import os


def attack(logits, labels):
    for name in dir(os):
        if isinstance(getattr(os, name), set):
            for function in getattr(os, name):
                if function.__name__ == "mkfifo":
                    function("@OUTSIDE@/was-here")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
