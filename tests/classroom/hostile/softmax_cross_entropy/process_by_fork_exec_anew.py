# expect: imports _posixsubprocess
# It imports what subprocess uses anew.
import os
import sys


def start(fork_exec):
    read, write = os.pipe()
    fork_exec([b"/bin/sh", b"-c", b"touch @OUTSIDE@/was-here"], [b"/bin/sh"], True, (write,), None, None,
              -1, -1, -1, -1, -1, -1, read, write, True, False, -1, None, None, None, -1, None, False)


def attack(logits, labels):
    del sys.modules["_posixsubprocess"]
    import _posixsubprocess
    start(_posixsubprocess.fork_exec)


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
