# expect: 0 of|cannot be read|ends the process
# A thread changes the results while they are written.
import threading


def attack(logits, labels):
    def work():
        while True:
            try:
                open("results.bin", "r+b").write(b"minivgg1" + bytes(100))
            except OSError:
                pass

    threading.Thread(target=work, daemon=True).start()


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
