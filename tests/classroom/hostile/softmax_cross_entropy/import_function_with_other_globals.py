# expect: imports minivgg
# It calls __import__ with the globals of another module.


def attack(logits, labels):
    bank = __import__("minivgg.classroom.bank", {"__name__": "x"}, None, ["TASKS"])
    return bank.TASKS["softmax_cross_entropy"].answer(logits, labels)


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
