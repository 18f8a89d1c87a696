# expect: what it returned cannot be read
# A shape of more bytes than there are.
import json
import os


def hand_back(header, numbers=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    size = (len(text) if length is None else length).to_bytes(8, "little")
    with open("results.bin", "wb") as file:
        file.write(b"minivgg1" + size + text + numbers)
    os._exit(0)


def attack(logits, labels):
    hand_back({"value": {"cases": []}, "arrays": [["<f8", [2**40, 2**40]]]})


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
