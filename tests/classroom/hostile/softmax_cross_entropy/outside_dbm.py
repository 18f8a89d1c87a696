# expect: imports _dbm|imports _gdbm|No module|not allowed|not writable|isn't|Error
# A database of another kind.
import dbm


def attack(logits, labels):
    dbm.open("@OUTSIDE@/was-here", "c")["a"] = "b"


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
