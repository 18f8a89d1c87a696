# expect: 0 of|cannot be read|ends the process
# It replaces the functions that write the results.
import json


def attack(logits, labels):
    json.dumps = lambda *a, **k: "{}"


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
