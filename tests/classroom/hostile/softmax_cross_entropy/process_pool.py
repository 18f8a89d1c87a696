# expect: starts another process|uses socket|not allowed|Error
# A pool of processes.
import multiprocessing


def attack(logits, labels):
    print(multiprocessing.Pool(2).map(abs, [1]))


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
