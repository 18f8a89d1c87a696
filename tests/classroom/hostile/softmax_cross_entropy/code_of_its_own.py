# expect: uses code.__new__
# Crafted bytecode reaches any memory.


def attack(logits, labels):
    code = attack.__code__
    exec(code.replace(co_consts=(), co_code=bytes(100)))


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
