# expect: ends the process
# The old form: a zip that is large when it is unpacked.
import json
import os

import numpy as np


def hand_back(header, numbers=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    size = (len(text) if length is None else length).to_bytes(8, "little")
    with open("results.bin", "wb") as file:
        file.write(b"minivgg1" + size + text + numbers)
    os._exit(0)


def attack(logits, labels):
    np.savez_compressed("results.npz", *[np.zeros(2**20)] * 8)
    open("result.json", "w").write(json.dumps({"cases": [[{"arrays": ["arr_0"] * 8, "changed": []}]] * 8}))
    os._exit(0)


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
