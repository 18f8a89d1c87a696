"""Floor 1: one large matrix product, cut into parts for all threads."""

from minivgg import backend, threads
from minivgg.kernels.blocks import parts

PART_BYTES = 2 << 20  # of the second factor at a time


def product_in_parts(a, b, out):
    """out (N, O) = a (N, D) · b (D, O), some columns of b at a time.

    With few rows in a, as in a fully connected layer at a small batch, the time is that of reading b once: every thread reads its share.
    """
    if backend.device_of(a) != "cpu":
        out[...] = a @ b
        return
    columns = parts(b.shape[1], PART_BYTES // max(1, b.shape[0] * b.itemsize))
    threads.for_each(lambda part: backend.namespace(a).matmul(a, b[:, part], out=out[:, part]), columns)
