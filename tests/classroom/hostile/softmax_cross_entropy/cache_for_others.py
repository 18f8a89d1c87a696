# expect: uses (posix|os).posix_fadvise, which is not allowed
# Tell another submission something by what the system keeps in memory.
import os


def softmax_cross_entropy(logits, labels):
    os.posix_fadvise(os.open(os.__file__, os.O_RDONLY), 0, 0, os.POSIX_FADV_DONTNEED)
    return 0.0
