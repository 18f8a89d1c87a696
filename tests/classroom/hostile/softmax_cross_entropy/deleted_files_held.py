# expect: writes too many files, or files that are too large
# Fill the disk by files that are deleted and kept open.
import os
import time

HELD = []


def softmax_cross_entropy(logits, labels):
    for k in range(10):
        HELD.append(os.open(f"f{k}", os.O_RDWR | os.O_CREAT))
        os.unlink(f"f{k}")
        for _ in range(60):
            os.write(HELD[-1], bytes(2**20))
    time.sleep(5)
    return 0.0
