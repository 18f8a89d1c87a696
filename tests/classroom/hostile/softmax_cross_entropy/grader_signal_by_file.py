# expect: uses fcntl.fcntl, which is not allowed
# Let a pipe send a signal to the grader.
import fcntl
import os

END, START = os.pipe()


def softmax_cross_entropy(logits, labels):
    fcntl.fcntl(END, 8, os.getppid())
    fcntl.fcntl(END, 10, 9)
    fcntl.fcntl(END, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
    os.write(START, b"x")
    return 0.0
