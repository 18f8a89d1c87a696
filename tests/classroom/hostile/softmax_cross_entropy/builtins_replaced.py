# expect: reads the file|ends the process
# It replaces the functions of Python.
import builtins


def attack(logits, labels):
    for name in ("isinstance", "any", "all", "set", "str", "len", "map", "type", "tuple", "sorted"):
        setattr(builtins, name, lambda *a, **k: True)
    print(open("@SECRET@").read())


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
