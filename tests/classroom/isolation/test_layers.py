"""Each layer around a submission by itself: the kernel's rules, bubblewrap, the audit hook."""

import dis
import json
import os
import platform
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import minivgg
from benchmarks.school import running_processes
from minivgg.classroom.bank import TASKS
from minivgg.classroom.isolation import bubblewrap
from minivgg.classroom.isolation.child_process import Limits, run_isolated
from minivgg.classroom.worker import audit_hook, kernel_rules, readable_paths

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="these layers are those of Linux")
TASK = TASKS["relu_forward"]
RIGHT = "def relu_forward(x):\n    return (x + abs(x)) / 2\n"


def needs_bubblewrap():
    try:
        bubblewrap.in_force("bwrap")
    except RuntimeError as error:
        pytest.skip(str(error))


def needs_kernel(rule):
    if rule not in bubblewrap.rules_in_force("audit"):
        pytest.skip(f"this system has no {rule}")


# Each is tried by the C library, which an audit hook does not see; its name is that of the call.
CALLS = """
import ctypes, json, os, sys
sys.path.insert(0, {worker!r})
import kernel_rules
libc = ctypes.CDLL(None, use_errno=True)
parent = os.getppid()
kernel_rules.apply(["/usr", "/lib", "/lib64", sys.prefix, sys.base_prefix], [{scratch!r}], parent)
null = None
fd = lambda path, flags: libc.open(path, flags, 0o600)
own = fd(b"{scratch}/own", os.O_RDWR | os.O_CREAT)
tried = {{
    "fork": lambda: libc.fork(),
    "vfork": lambda: libc.syscall(58) if os.uname().machine == "x86_64" else -1,
    "execve": lambda: libc.execve(b"/bin/true", null, null),
    "socket": lambda: libc.socket(2, 1, 0),
    "kill": lambda: libc.kill(parent, 0),
    "all processes": lambda: libc.kill(-1, 0),
    "pidfd_open": lambda: libc.syscall(434, parent, 0),
    "ptrace": lambda: libc.ptrace(16, parent, null, null),
    "process_vm_readv": lambda: libc.process_vm_readv(parent, null, 0, null, 0, 0),
    "prlimit": lambda: libc.prlimit(parent, 0, null, null),
    "setsid": lambda: libc.setsid(),
    "mount": lambda: libc.mount(b"none", b"/mnt", b"tmpfs", 0, null),
    "unshare": lambda: libc.unshare(0x10000000),
    "chroot": lambda: libc.chroot(b"/"),
    "keyctl": lambda: libc.syscall(250 if os.uname().machine == "x86_64" else 219, 0, 0),
    "io_uring_setup": lambda: libc.syscall(425, 1, null),
    "bpf": lambda: libc.syscall(321 if os.uname().machine == "x86_64" else 280, 0, null, 0),
    "symlink": lambda: libc.symlink(b"/etc/passwd", b"{scratch}/link"),
    "link": lambda: libc.link(b"{secret}", b"{scratch}/link"),
    "mkfifo": lambda: libc.mkfifo(b"{scratch}/pipe", 0o600),
    "chmod": lambda: libc.chmod(b"{secret}", 0),
    "truncate": lambda: libc.truncate(b"{secret}", 0),
    "unlink": lambda: libc.unlink(b"{secret}"),
    "rename": lambda: libc.rename(b"{secret}", b"{scratch}/moved"),
    "reading": lambda: fd(b"{secret}", os.O_RDONLY),
    "writing": lambda: fd(b"{secret}", os.O_WRONLY),
    "creating": lambda: fd(b"{secret}.new", os.O_WRONLY | os.O_CREAT),
    "memory": lambda: fd(b"/proc/self/mem", os.O_RDWR),
    "survival": lambda: libc.prctl(1, 0, 0, 0, 0),
    "files that only it sees": lambda: libc.prctl(4, 0, 0, 0, 0),
    "lease": lambda: libc.fcntl(own, 1024, 2),
    "owner": lambda: libc.fcntl(own, 8, parent),
    "signal": lambda: libc.fcntl(own, 10, 9),
    "lock": lambda: libc.flock(own, 1),
    "lock of a part": lambda: libc.lockf(own, 1, 0),
    "owner of a device": lambda: libc.ioctl(own, 0x8901, ctypes.byref(ctypes.c_int(parent))),
    "advice": lambda: -bool(libc.posix_fadvise(own, 0, 0, 4)),
    "inotify": lambda: libc.inotify_init1(0),
    "scheduler": lambda: libc.sched_setscheduler(0, 3, ctypes.byref(ctypes.c_int(0))),
    "priority": lambda: libc.setpriority(0, 0, 5),
    "user": lambda: libc.setfsuid(os.getuid()),
    "group": lambda: libc.setegid(os.getgid()),
    "groups": lambda: libc.setgroups(0, null),
}}
allowed = [name for name, call in tried.items() if call() != -1]
print(json.dumps([allowed, own >= 0 and libc.kill(os.getpid(), 0) == 0]))
"""


# The same calls without this package: a filter that allows everything, and Landlock's version.
OFFERED = """
import ctypes, json, struct
libc = ctypes.CDLL(None)
code = ctypes.create_string_buffer(struct.pack("=HBBI", 0x06, 0, 0, 0x7FFF0000), 8)
pointer = struct.pack("@HP", 1, ctypes.addressof(code))
offered = ["landlock"] * (libc.syscall(444, None, ctypes.c_size_t(0), 1) > 0)
unprivileged = libc.prctl(38, 1, 0, 0, 0) == 0
print(json.dumps(offered + ["seccomp"] * (unprivileged and libc.prctl(22, 2, pointer, 0, 0) == 0)))
"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="numbers of calls on x86-64")
def test_what_the_kernel_offers_is_in_force():
    done = subprocess.run([sys.executable, "-c", OFFERED], capture_output=True, check=True)
    assert set(json.loads(done.stdout)) <= set(bubblewrap.rules_in_force("audit"))
    assert "parent" in bubblewrap.rules_in_force("audit")


def test_the_kernel_refuses_what_native_code_tries(tmp_path):
    needs_kernel("landlock")
    needs_kernel("seccomp")
    scratch, secret = tmp_path / "scratch", tmp_path / "secret"
    scratch.mkdir()
    secret.write_text("271828")
    worker = str(Path(kernel_rules.__file__).parent)
    program = CALLS.format(worker=worker, scratch=str(scratch), secret=secret)
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [[], True]
    assert secret.read_text() == "271828"


# What <linux/bpf_common.h> calls LD|W|ABS, JMP|JEQ, JMP|JGE, JMP|JSET and RET
LOAD, IF_EQUAL, IF_AT_LEAST, IF_ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06


def decision(steps, number, *arguments):
    """What the filter of the kernel decides about a call."""
    words = {0: number, 4: 0xC000003E, **{16 + 8 * i: value for i, value in enumerate(arguments)}}
    place = loaded = 0
    while True:
        operation, if_true, if_false, value = steps[place]
        if operation == RETURN:
            return value
        place += 1
        if operation == LOAD:
            loaded = words.get(value, 0)
            continue
        holds = {
            IF_EQUAL: loaded == value,
            IF_AT_LEAST: loaded >= value,
            IF_ANY_BIT: loaded & value,
        }[operation]
        place += if_true if holds else if_false


@pytest.mark.parametrize(
    ("number", "arguments", "error"),
    [
        (0, (), 0),
        (59, (), kernel_rules.EPERM),
        (0x40000000, (), kernel_rules.EPERM),
        (kernel_rules.LAST_CALL, (), 0),
        (kernel_rules.LAST_CALL + 1, (), kernel_rules.ENOSYS),
        (435, (), kernel_rules.ENOSYS),
        (327, (), kernel_rules.ENOSYS),
        (56, (0x10400,), 0),
        (56, (0x10000,), kernel_rules.EPERM),
        (56, (0x400,), kernel_rules.EPERM),
        (157, (15,), 0),
        (157, (1,), kernel_rules.EPERM),
        (157, (4,), kernel_rules.EPERM),
        (72, (1024, 1), 0),
        (72, (0, 1024), kernel_rules.EPERM),
        (72, (0, 1026), kernel_rules.EPERM),
        (72, (0, 8), kernel_rules.EPERM),
        (72, (0, 10), kernel_rules.EPERM),
        (72, (0, 15), kernel_rules.EPERM),
        (16, (0, 0x5413), 0),
        (16, (0, 0x8901), kernel_rules.EPERM),
        (16, (0, 0x8902), kernel_rules.EPERM),
        (16, (0, 0x5452), kernel_rules.EPERM),
        (62, (os.getpid(),), 0),
        (62, (1,), kernel_rules.EPERM),
        (447, (), kernel_rules.EPERM),
        (463, (), kernel_rules.EPERM),
    ],
)
def test_the_filter_decides_by_the_number_and_the_arguments(number, arguments, error):
    steps = kernel_rules._filter(*kernel_rules.MACHINES["x86_64"])
    expected = kernel_rules.REFUSE | error if error else kernel_rules.ALLOW
    assert decision(steps, number, *arguments) == expected


def test_threads_can_be_started_under_the_rules_of_the_kernel(tmp_path):
    path = tmp_path / "relu.py"
    path.write_text(
        "import threading\n"
        "def relu_forward(x):\n"
        "    found = []\n"
        "    work = threading.Thread(target=lambda: found.append((x + abs(x)) / 2))\n"
        "    work.start()\n"
        "    work.join()\n"
        "    return found[0]\n"
    )
    assert len(run_isolated(path, TASK, TASK.cases).records) == len(TASK.cases) + 1


def test_a_submission_does_not_see_what_its_program_was_given(tmp_path):
    path = tmp_path / "x.py"
    path.write_text("import sys\nprint(sys.argv[1:])\n" + RIGHT)
    assert run_isolated(path, TASK, TASK.cases).printed == "[]\n"


def test_what_the_sandbox_would_show_of_hidden_paths_is_covered(tmp_path, monkeypatch):
    """A folder by an empty one, a file by an empty file; not what holds Python itself."""
    python, elsewhere = tmp_path / "python", tmp_path / "elsewhere"
    for folder in (python / "course", python / "bin", elsewhere):
        folder.mkdir(parents=True)
    (python / "marks.csv").write_text("")
    hidden = [python / "course", python / "marks.csv", elsewhere, tmp_path]
    monkeypatch.setattr(bubblewrap, "_python_folders", lambda: (str(python),))
    assert bubblewrap._covered(map(str, hidden)) == [
        "--tmpfs", str(python / "course"), "--ro-bind", os.devnull, str(python / "marks.csv"),
    ]  # fmt: skip


def test_the_sandbox_has_neither_the_package_nor_other_files(tmp_path):
    needs_bubblewrap()
    (tmp_path / "secret").write_text("271828")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    file = scratch / "x.py"
    file.write_text("")
    command = bubblewrap.command("bwrap", scratch, file, str(scratch))
    program = (
        "import importlib.util, json, os, socket, sys\n"
        f"paths = {[str(tmp_path / 'secret'), minivgg.__file__, '/etc/passwd', '/root']!r}\n"
        "found = [path for path in paths if os.path.isfile(path)]\n"
        "found += [name for name in os.listdir('/proc') if name.isdigit() and int(name) > 2]\n"
        "found += [name for _, name in socket.if_nameindex() if name != 'lo']\n"
        "try:\n"
        "    found.append(open(os.path.join(sys.prefix, 'was-here'), 'w').name)\n"
        "except OSError:\n"
        "    pass\n"
        "import numpy\n"
        "print(json.dumps(found))\n"
    )
    end = -1 - command[::-1].index(bubblewrap.INSIDE)  # without the program and its arguments
    done = subprocess.run(
        [*command[:end], "-c", program], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == []


@pytest.mark.parametrize("kind", ["audit", "bwrap"])
def test_no_process_survives_a_grader_that_is_killed(kind, tmp_path):
    if kind == "bwrap":
        needs_bubblewrap()
    else:
        needs_kernel("parent")
    file = tmp_path / "relu.py"
    file.write_text("import time\nprint('started', flush=True)\ntime.sleep(60)\n")
    grader = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import tempfile\n"
            f"tempfile.tempdir = {str(tmp_path)!r}\n"
            "from minivgg.classroom.bank import TASKS\n"
            "from minivgg.classroom.isolation.child_process import run_isolated\n"
            "task = TASKS['relu_forward']\n"
            f"run_isolated({str(file)!r}, task, task.cases, isolation={kind!r})\n",
        ],
        env={**os.environ, "PYTHONPATH": str(Path(minivgg.__file__).parents[1])},
    )
    wait_for(lambda: list(tmp_path.glob("minivgg-*/job.bin")))
    wait_for(lambda: [f for f in tmp_path.glob("minivgg-*") if not (f / "job.bin").exists()])
    assert running_processes(tmp_path)
    grader.send_signal(signal.SIGKILL)
    grader.wait()
    wait_for(lambda: not running_processes(tmp_path))


def wait_for(condition):
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_other_words_for_the_isolation_are_errors(monkeypatch):
    with pytest.raises(ValueError, match="auto, bwrap, audit, got 'docker'"):
        bubblewrap.in_force("docker")
    monkeypatch.setattr(
        bubblewrap, "_trial", lambda is_in_sandbox: "no user namespaces" if is_in_sandbox else ()
    )
    with pytest.raises(RuntimeError, match="does not start here: no user namespaces"):
        bubblewrap.in_force("bwrap")
    assert bubblewrap.in_force("auto") == "audit"
    assert "no rules" in bubblewrap.describe("audit")


def test_a_system_without_bubblewrap_says_so(monkeypatch):
    bubblewrap._trial.cache_clear()
    monkeypatch.setenv("PATH", "")
    try:
        with pytest.raises(RuntimeError, match="it is not installed"):
            bubblewrap.in_force("bwrap")
    finally:
        bubblewrap._trial.cache_clear()


def test_the_sentence_of_the_report_names_what_is_in_force():
    needs_kernel("seccomp")
    assert "access to files (Landlock) and to other processes" in bubblewrap.describe("audit")
    assert "without a sandbox" in bubblewrap.describe("audit")


def test_a_submission_can_look_at_its_own_process(tmp_path):
    path = tmp_path / "relu.py"
    path.write_text(
        f"{RIGHT}for name in ('status', 'maps'):\n    print(len(open('/proc/self/' + name).read()))"
    )
    result = run_isolated(path, TASK, TASK.cases, Limits(seconds=5))
    assert result.records
    assert all(int(line) > 0 for line in result.printed.split())
    assert result.seconds > 0


def test_the_hook_uses_no_name_that_a_submission_can_change():
    hook = audit_hook.make_hook("/scratch", "/file", ["/usr"], ["/usr/hidden"], ["minivgg"])
    opcodes = {instruction.opname for instruction in dis.get_instructions(hook)}
    assert not {
        name for name in opcodes if "GLOBAL" in name or "DEREF" in name or "CLOSURE" in name
    }
    constants = hook.__code__.co_consts
    assert not any(hasattr(constant, "co_code") for constant in constants)  # no inner functions
    for name, value in hook.__kwdefaults__.items():
        assert not hasattr(value, "__code__") or name == "case", name
        assert not isinstance(value, dict | list | set), name


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/usr/lib/a", True),
        ("/usr/lib/../../etc/passwd", False),
        ("/usr/hidden/a", False),
        ("/usr/hidden", False),
        ("/usr/hidden/not/a", True),
        ("/usrx", False),
        (b"/usr/lib/a", True),
        (b"/etc/passwd", False),
        ("../a", False),
        ("/proc/self/root/etc/passwd", False),
        ("/proc/self/environ", False),
    ],
)
def test_the_longest_path_decides_what_is_readable(path, allowed):
    hook = audit_hook.make_hook(
        "/scratch", "/file", ["/usr", "/usr/hidden/not"], ["/usr/hidden"], []
    )
    if allowed:
        hook("open", (path, "r", os.O_RDONLY))
    else:
        with pytest.raises(PermissionError, match=r"reads the file|uses open"):
            hook("open", (path, "r", os.O_RDONLY))
    with pytest.raises(PermissionError):
        hook("open", (path, None, os.O_WRONLY))


@pytest.mark.parametrize(
    ("folder", "allowed"),
    [
        ("numpy", True),
        ("matplotlib", True),
        ("h5py", False),
        ("zmq", False),
        (".", False),
        ("/usr/share", False),
    ],
)
def test_native_code_of_few_packages_is_loaded(folder, allowed):
    place = readable_paths.real_path(Path(np.__file__).parents[1])
    hook = audit_hook.make_hook("/scratch", "/file", [place, "/usr/share"], [], [])
    arguments = ("x", os.path.normpath(Path(place, folder, "x.so")), None, None, None)
    if allowed:
        hook("import", arguments)
    else:
        with pytest.raises(ImportError, match="imports x, which is not allowed"):
            hook("import", arguments)


def test_a_folder_with_something_hidden_is_replaced_by_what_else_is_in_it(tmp_path):
    for name in ("a/b", "a/hidden", "c"):
        (tmp_path / name).mkdir(parents=True)
    hidden = [str(tmp_path / "a/hidden")]
    found = readable_paths.without_hidden([str(tmp_path)], hidden)
    assert sorted(found) == [str(tmp_path / "a/b"), str(tmp_path / "c")]


def test_links_that_lead_to_each_other_are_not_followed_for_ever(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    file = tmp_path / "relu.py"
    loop = str(tmp_path / "a")
    file.write_text(f"def relu_forward(x):\n    return open({loop!r}).read()\n")
    result = run_isolated(file, TASK, TASK.cases, Limits(seconds=5), isolation="audit")
    (first, *_), *_ = result.records
    assert first["error"][0] == "Forbidden"
    assert f"uses open on {loop}" in first["error"][1]
