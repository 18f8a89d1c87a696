# Writes by mapping a file into memory.
def relu_forward(x):
    import numpy as np
    np.memmap("@OUTSIDE@/written.bin", dtype="u1", mode="w+", shape=(9,))[:] = 7
    return x
