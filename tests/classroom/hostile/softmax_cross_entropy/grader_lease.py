# expect: uses fcntl.fcntl, which is not allowed
# Make whoever opens the modules of Python wait for a lease.
import fcntl
import os


def softmax_cross_entropy(logits, labels):
    fcntl.fcntl(os.open(os.__file__, os.O_RDONLY), 1024, fcntl.F_WRLCK)
    return 0.0
