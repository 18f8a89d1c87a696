# expect: uses gc.get_objects
# It looks for the hook among all objects.
import gc


def attack(logits, labels):
    for found in gc.get_objects():
        if getattr(found, "__name__", "") == "hook":
            found.__code__ = (lambda *a, **k: None).__code__
    print(open("@SECRET@").read())


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
