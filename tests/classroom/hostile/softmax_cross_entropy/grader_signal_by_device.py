# expect: uses fcntl.ioctl, which is not allowed
# As by a file, with the other functions of the system for it.
import fcntl
import os
import struct


def softmax_cross_entropy(logits, labels):
    end, _ = os.pipe()
    fcntl.ioctl(end, 0x8901, struct.pack("i", os.getppid()))
    return 0.0
