# expect: cannot import name
# It imports the answer.
from minivgg.classroom.reference_solutions import softmax_cross_entropy as given


def attack(logits, labels):
    return given(logits, labels)


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
