"""The program that runs a student's function: NumPy and the standard library only, and nothing that knows the right answers.

The grader starts it as a process of its own (``isolation``), hands it arguments as arrays, and gets arrays back. ``check`` uses
``make_calls`` without a process, for functions in a notebook.
"""

import ast
import builtins
import contextlib
import copy
import importlib
import importlib.util
import json
import os
import sys
import threading
import traceback
import types
import warnings
from pathlib import Path

import numpy as np

MOST = 32 * 2**20  # bytes of results that are handed back
NOT_HERE = (
    "minivgg",
    "torch",
    "tensorflow",
    "keras",
    "jax",
    "cupy",
    "scipy",
    "skimage",
    "cv2",
    "dezero",
)
GIVEN = "minivgg.classroom.reference_solutions"
STARTING = (
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.exec",
    "os.spawn",
    "os.system",
    "os.startfile",
    "subprocess.Popen",
    "pty.spawn",
)
REACHING = (
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "os.kill",
    "os.killpg",
    "ctypes.dlopen",
)
CHANGING = (
    "os.remove",
    "os.rmdir",
    "os.rename",
    "os.chmod",
    "os.chown",
    "os.link",
    "os.symlink",
    "os.mkdir",
    "os.truncate",
    "shutil.rmtree",
)


class Forbidden(PermissionError):
    """A submission did what is not allowed while it is graded."""


def make_calls(function, calls, count):
    """Call a function as a case says. calls: lists of arguments; count: how many arrays it returns.

    Returns a record for each call made: {"arrays": list} with None for None, or {"error": [kind, sentence, line]}; and "changed", the
    indices of arguments that the function wrote into. After an error in a case the rest of its calls is not made.
    """
    records, path = [], getattr(getattr(function, "__code__", None), "co_filename", "")
    for call in calls:
        before = [_ready(value, records) for value in call]
        arguments = copy.deepcopy(before)
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                arrays = _arrays(function(*arguments), count)
            records.append(
                {
                    "arrays": arrays,
                    "changed": [
                        i
                        for i, pair in enumerate(zip(before, arguments, strict=True))
                        if not _same(*pair)
                    ],
                }
            )
        except (Exception, SystemExit) as error:
            records.append(
                {
                    "error": [type(error).__name__, _sentence(error), _line(error, path)],
                    "changed": [],
                }
            )
            break
    return records


def _ready(value, records):
    """An argument with its generator made and its earlier result put in."""
    if isinstance(value, list):
        return [_ready(item, records) for item in value]
    if isinstance(value, dict) and "rng" in value:
        return np.random.default_rng(value["rng"])
    if isinstance(value, dict) and "previous" in value:
        return np.array(records[-1]["arrays"][value["previous"]])
    return value


def _arrays(value, count):
    """What a function returned as a list of ``count`` arrays that nobody else holds."""
    several = isinstance(value, tuple | list) or (isinstance(value, np.ndarray) and value.ndim > 0)
    if count == 1:
        values = (
            list(value)
            if isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], np.ndarray)
            else [value]
        )
    elif several and len(value) == count:
        values = list(value)
    elif value is None:
        return [None] * count
    else:
        was = (
            f"{len(value)} values"
            if isinstance(value, tuple | list)
            else f"one {type(value).__name__}"
        )
        raise TypeError(f"returns {was} where {count} are wanted")
    found = [None if v is None else _array(v) for v in values]
    if sum(a.nbytes for a in found if a is not None) > MOST:
        raise MemoryError(f"returns more than {MOST // 2**20} MB")
    return found


def _array(value):
    try:
        found = np.array(value)
    except ValueError:
        raise TypeError("returns a list whose parts have different lengths") from None
    if found.dtype.kind not in "biuf":
        what = (
            type(value[0]).__name__ + "s"
            if isinstance(value, tuple | list) and len(value)
            else type(value).__name__
        )
        raise TypeError(f"returns {what} where numbers are wanted")
    return found


def _same(a, b):
    if isinstance(a, list):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, np.ndarray):
        return (
            a.shape == b.shape
            and a.dtype == b.dtype
            and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
        )
    return isinstance(a, np.random.Generator) or bool(a == b)


def _sentence(error):
    if isinstance(error, SyntaxError):
        return error.msg
    if isinstance(error, SystemExit):
        return "called sys.exit()" if error.code is None else f"called sys.exit({error.code!r})"
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:300]


def _line(error, path):
    """The last line of the file at ``path`` that the error went through, or None."""
    if isinstance(error, SyntaxError):
        return error.lineno
    lines = [
        number
        for frame, number in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == path
    ]
    return lines[-1] if lines else None


# --- the process -----------------------------------------------------------------------------------------------------------------------


def pack(value, arrays):
    """A value as JSON, with its arrays put into the dictionary ``arrays`` under numbers."""
    if isinstance(value, np.ndarray):
        arrays[f"a{len(arrays)}"] = value
        return {"array": f"a{len(arrays) - 1}"}
    if isinstance(value, tuple | list):
        return [pack(item, arrays) for item in value]
    if isinstance(value, dict) and "array" not in value:
        return {key: pack(item, arrays) for key, item in value.items()}
    return value.item() if isinstance(value, np.generic) else value


def unpack(value, arrays):
    """The opposite of ``pack``."""
    if isinstance(value, dict) and set(value) == {"array"}:
        return arrays[value["array"]]
    if isinstance(value, dict):
        return {key: unpack(item, arrays) for key, item in value.items()}
    return [unpack(item, arrays) for item in value] if isinstance(value, list) else value


def source_of(path):
    """The program of a submission: a .py file as it is; of a notebook the imports, constants, functions and classes of its cells.

    Raises ``SyntaxError`` with file and line, and ``ValueError`` for a file that is neither.
    """
    path = Path(path)
    try:
        raw = path.read_bytes()
        text = raw.decode(
            "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        )  # as Notepad writes it
        if path.suffix != ".ipynb":
            return ast.parse(text, str(path))
        cells = json.loads(text)["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except UnicodeDecodeError:
        raise ValueError("is not a text file") from None
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, SyntaxError) or path.suffix != ".ipynb":
            raise ValueError(f"is no Python program: {error}") from None  # a null byte, for example
        raise ValueError("is a damaged notebook") from None
    whole = ast.Module([], [])
    for source in sources:
        lines = [
            line
            if not line.lstrip().startswith(("%", "!"))
            else line[: len(line) - len(line.lstrip())] + "pass"
            for line in source.splitlines()
        ]
        kept = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign)
        whole.body += [
            node
            for node in ast.parse("\n".join(lines), str(path)).body
            if isinstance(node, kept) and not _calls(node)
        ]
    return whole


def _calls(node):
    """Whether a line of a notebook computes something, which is left out: only definitions are wanted."""
    return isinstance(node, ast.Assign) and any(
        isinstance(part, ast.Call) for part in ast.walk(node.value)
    )


def load(path):
    """The submission as a module. Whatever its import raises goes through."""
    module = types.ModuleType("submission")
    module.__file__ = str(path)
    sys.modules["submission"] = module
    exec(compile(source_of(path), str(path), "exec"), module.__dict__)
    return module


def main(folder):
    """Run the job in ``folder``: load the submission, make the calls, write what came back."""
    folder = Path(folder)
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    with np.load(folder / "arguments.npz", allow_pickle=False) as file:
        cases = unpack(job["cases"], dict(file))
    references = _references(job) if job["given"] or _mentions_given(job["file"]) else {}
    (
        np.random.default_rng(0).random(),
        np.einsum("i,i", [1.0], [1.0]),
        np.linalg.norm([1.0]),
    )  # what NumPy loads late
    _limit(job["memory"], job["seconds"])
    _watch(folder, job["file"])
    result, arrays = {}, {}
    try:
        module = load(job["file"])
        for name in job["given"]:
            setattr(module, name, references[name])
        (folder / "loaded").touch()
        function = getattr(module, job["task"], None)
        if not callable(function):
            result["error"] = ["missing", f"defines no function {job['task']}", None]
        else:
            result["cases"] = pack(
                [make_calls(function, calls, job["count"]) for calls in cases], arrays
            )
    except (Exception, SystemExit) as error:
        result["error"] = [type(error).__name__, _sentence(error), _line(error, job["file"])]
    np.savez(folder / "results.npz", **arrays)
    (folder / "result.json").write_text(json.dumps(result), encoding="utf-8")
    with contextlib.suppress(OSError, ValueError):  # closed, for example
        sys.stdout.flush()
    os._exit(0)  # no exit handlers, no waiting for threads


def _references(job):
    """Reference versions by name; what the submission can import of them are those of other assignments."""
    sys.path.append(str(Path(__file__).parents[2]))
    whole = importlib.import_module(GIVEN)
    sys.modules[GIVEN] = shown = types.ModuleType(GIVEN)
    shown.__dict__.update(
        {name: getattr(whole, name) for name in dir(whole) if name not in job["own"]}
    )
    return {name: getattr(whole, name) for name in job["given"]}


def _mentions_given(path):
    with contextlib.suppress(OSError):
        return GIVEN.encode() in Path(path).read_bytes()
    return False


def _limit(memory, seconds):
    """Bounds that the system keeps, where it has them: memory, processor time, size of files, no core files."""
    try:
        import resource
    except ImportError:  # Windows: there is only the grader's clock
        return
    wanted = {
        "RLIMIT_AS": memory,
        "RLIMIT_CPU": int(seconds) + 1,
        "RLIMIT_FSIZE": 2 * MOST,
        "RLIMIT_CORE": 0,
        "RLIMIT_NPROC": 256,
    }
    for name, value in wanted.items():
        with contextlib.suppress(AttributeError, ValueError, OSError):
            hard = resource.getrlimit(getattr(resource, name))[1]
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(getattr(resource, name), (value, value))


def _watch(folder, submission):
    """From here on: no other processes, no network, no files but Python's own (to read) and the scratch folder's.

    An audit hook cannot be taken away again. It stops accidents and idle mischief, not an attacker: this is no sandbox.
    """
    scratch = os.path.realpath(folder)
    places = {
        os.path.realpath(p)
        for p in (
            os.environ.get("MPLCONFIGDIR"),
            sys.prefix,
            sys.base_prefix,
            *sys.path,
            Path(np.__file__).parent.parent,
        )
        if p
    }
    readable = (
        scratch,
        *sorted(places),
        "/dev",
        "/usr/share",
        "/usr/lib",
        "/etc/localtime",
        "/proc/self",
        "/sys/devices/system/cpu",
    )

    def within(path, roots):
        real = os.path.realpath(os.fsdecode(path))
        return real == os.path.realpath(submission) or any(
            real == root or real.startswith(root + os.sep) for root in roots
        )

    def hook(event, arguments):
        if event in STARTING:
            raise Forbidden("starts another process, which is not allowed while it is graded")
        if event in REACHING:
            raise Forbidden(f"uses {event}, which is not allowed while it is graded")
        if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
            writes = isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
            if not within(arguments[0], (scratch, "/dev/null") if writes else readable):
                raise Forbidden(
                    f"{'writes' if writes else 'reads'} the file {os.fsdecode(arguments[0])}, which is not allowed while it is graded"
                )
        elif event in CHANGING and not within(arguments[0], (scratch,)):
            raise Forbidden(
                f"uses {event} on {arguments[0]}, which is not allowed while it is graded"
            )

    original = builtins.__import__

    def imported(name, globals=None, locals=None, fromlist=(), level=0):
        if (
            (globals or {}).get("__name__") == "submission"
            and name.split(".")[0] in NOT_HERE
            and name != GIVEN
        ):
            raise ImportError(f"imports {name}: the assignments are solved with NumPy alone")
        return original(name, globals, locals, fromlist, level)

    builtins.__import__ = imported
    sys.addaudithook(hook)
    threading.stack_size(2**20)


if __name__ == "__main__":
    main(sys.argv[1])
