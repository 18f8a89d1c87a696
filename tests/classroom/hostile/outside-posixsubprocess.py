# Starts a program with the function below subprocess.
def relu_forward(x):
    import _posixsubprocess, os
    a, b = os.pipe()
    _posixsubprocess.fork_exec([b"/bin/sh", b"-c", b"echo here > @OUTSIDE@/written.txt"], [b"/bin/sh"], True, (b,), None, None, -1, -1, -1, -1, -1, -1, a, b, False, False, 0, None, None, None, -1, None, False)
    import time; time.sleep(0.3)
    return x
