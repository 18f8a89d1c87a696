# expect: reads the file|writes the file
# It maps a device.
import mmap
import os


def attack(logits, labels):
    mmap.mmap(os.open("/dev/mem", os.O_RDWR), 4096)


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
