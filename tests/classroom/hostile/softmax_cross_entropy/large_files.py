# expect: writes too many|No space|large
# Many files of 60 MB.


def attack(logits, labels):
    for number in range(1000):
        with open(str(number), "wb") as file:
            for _ in range(60):
                file.write(bytes(2**20))


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
