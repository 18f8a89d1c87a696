"""Submissions that fail, and not because of their arithmetic; with the messages they get."""

# name: (the file, a pattern of the message). Each is graded for conv_forward.
HOSTILE = {
    "empty": ("", "does not define the function conv_forward"),
    "syntax error": ("def conv_forward(:\n", r"SyntaxError in line 1: invalid syntax"),
    "endless import": ("while True:\n    pass\n", "longer than .* while it is being imported"),
    "endless function": ("def conv_forward(*a):\n    while True:\n        pass\n", "longer than"),
    "sleeps": ("import time\ndef conv_forward(*a):\n    time.sleep(1000)\n", "longer than"),
    "exit in import": ("import sys\nsys.exit(3)\n", r"line 2 calls sys.exit\(3\)"),
    "exit in function": (
        "import sys\ndef conv_forward(*a):\n    sys.exit('bye')\n",
        r"calls sys.exit\('bye'\)",
    ),
    "hard exit": (
        "import os\ndef conv_forward(*a):\n    os._exit(0)\n",
        "ends the process before it returns",
    ),
    "fork bomb": (
        "import os\ndef conv_forward(*a):\n    while True:\n        os.fork()\n",
        "starts another process",
    ),
    "shell": (
        "import os\ndef conv_forward(*a):\n    os.system('sleep 1000 &')\n",
        "starts another process",
    ),
    "subprocess": (
        "import subprocess\nsubprocess.Popen(['sleep', '1000'])\n",
        "starts another process",
    ),
    "multiprocessing": (
        "import multiprocessing, time\n"
        "def conv_forward(*a):\n"
        "    multiprocessing.Process(target=time.sleep, args=(1000,)).start()\n",
        "starts another process",
    ),
    "threads": (
        "import threading, time\n"
        "def conv_forward(*a):\n"
        "    while 1:\n"
        "        threading.Thread(target=time.sleep, args=(1000,)).start()\n",
        "can't start new thread|longer than",
    ),
    "prints a gigabyte": (
        "def conv_forward(*a):\n    while True:\n        print('x' * 10**6)\n",
        "prints more than 1 MB",
    ),
    "much memory": (
        "import numpy as np\ndef conv_forward(*a):\n    return np.ones(10**11)\n",
        r"line 3 needs more memory than the limit of \d+ MB",
    ),
    "more and more memory": (
        "kept = []\nwhile True:\n    kept.append(bytes(10**7))\n",
        "needs more memory than",
    ),
    "large result": (
        "import numpy as np\ndef conv_forward(*a):\n    return np.ones((3000, 3000))\n",
        "more than 32 MB",
    ),
    "missing module": ("import not_there\n", "No module named 'not_there'"),
    "another library": (
        "import torch\n",
        "imports torch: the assignments are solved with NumPy alone",
    ),
    "the package itself": (
        "from minivgg import ops\n",
        "imports minivgg: the assignments are solved with NumPy alone",
    ),
    "the answer itself": (
        "from minivgg.classroom.reference_solutions import conv_forward\n",
        "cannot import name 'conv_forward'",
    ),
    "deletes files": (
        "import shutil\ndef conv_forward(*a):\n    shutil.rmtree('/usr')\n",
        "uses shutil.rmtree on /usr",
    ),
    "writes files": (
        "def conv_forward(*a):\n    open('/tmp/minivgg-was-here', 'w')\n",
        "writes the file /tmp/minivgg-was-here",
    ),
    "reads files": (
        "def conv_forward(*a):\n    open('/etc/passwd')\n",
        "reads the file /etc/passwd",
    ),
    "network": (
        "import socket\ndef conv_forward(*a):\n    socket.create_connection(('127.0.0.1', 80))\n",
        "uses socket",
    ),
    "kills its parent": (
        "import os\ndef conv_forward(*a):\n    os.kill(os.getppid(), 9)\n",
        "uses os.kill",
    ),
    "a crash": (
        "import faulthandler\ndef conv_forward(*a):\n    faulthandler._sigsegv()\n",
        "was ended by the system|ends the process",
    ),
    "endless recursion": ("def conv_forward(*a):\n    return conv_forward(*a)\n", "RecursionError"),
    "always equal": (
        "import numpy as np\n"
        "np.allclose = np.array_equal = lambda *a, **k: True\n"
        "def conv_forward(x, w, b, s, p):\n    return x\n",
        r"0 of \d+ public checks passed",
    ),
    "equal to anything": (
        "import numpy as np\n"
        "class Any(np.ndarray):\n"
        "    def __eq__(self, other):\n        return True\n"
        "    __array_priority__ = 1000\n"
        "def conv_forward(x, *a):\n    return x.view(Any)\n",
        r"0 of \d+ public checks passed",
    ),
    "no return": ("def conv_forward(*a):\n    pass\n", "returns None in every case"),
    "a dictionary": (
        "def conv_forward(*a):\n    return {'y': 1}\n",
        "returns dict where numbers are expected",
    ),
    "ragged list": (
        "def conv_forward(*a):\n    return [[1, 2], [3]]\n",
        "parts have different lengths",
    ),
    "one argument": (
        "def conv_forward(x):\n    return x\n",
        "takes 1 positional argument but 5 were given",
    ),
    "asks for input": ("x = input()\n", r"line 1: input\(\) cannot be used"),
    "another encoding": (b"\x80\x81\xfe", "is not saved as UTF-8, see line 1"),
    "null bytes": (b"x = 1\x00", "null byte"),
    "not a function": ("conv_forward = 5\n", "does not define the function conv_forward"),
}
