# expect: imports _posixshmem, which is not allowed
# Memory that other processes see.
import os

import _posixshmem


def softmax_cross_entropy(logits, labels):
    _posixshmem.shm_open("/was-here", os.O_CREAT | os.O_RDWR, mode=0o600)
    return 0.0
