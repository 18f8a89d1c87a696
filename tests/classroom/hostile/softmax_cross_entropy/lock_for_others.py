# expect: uses fcntl.flock, which is not allowed
# Tell another submission something by a lock.
import fcntl
import os


def softmax_cross_entropy(logits, labels):
    fcntl.flock(os.open(os.__file__, os.O_RDONLY), fcntl.LOCK_SH)
    return 0.0
