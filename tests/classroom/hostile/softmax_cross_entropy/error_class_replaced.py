# expect: 0 of|Error
# The class of the refusal makes no errors any more.


def attack(logits, labels):
    try:
        open("@SECRET@")
    except PermissionError as error:
        type(error).__new__ = lambda *a, **k: None
        type(error).__init__ = lambda *a, **k: None
    print(open("@SECRET@").read())


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
