# expect: 0 of
# It works on in threads and exit handlers.
import atexit
import threading
import time


def attack(logits, labels):
    atexit.register(time.sleep, 1000)
    threading.Thread(target=time.sleep, args=(1000,)).start()


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
