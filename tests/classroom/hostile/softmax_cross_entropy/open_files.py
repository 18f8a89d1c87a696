# expect: ends the process before it returns
# Open as many files as the system has.
HELD = []


def softmax_cross_entropy(logits, labels):
    for _ in range(100):
        HELD.append(open(__file__))  # noqa: SIM115
    return 0.0
