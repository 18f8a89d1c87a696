"""What the audit hook refuses and what it allows. It is called here, and never installed."""

import os
import sys

import pytest

from minivgg.classroom.worker import audit_hook, readable_paths, unreported

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="paths and events of Linux")
END = "which is not allowed during grading"
WRITING = (os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC, os.O_APPEND)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A scratch folder, which is the current one, a library with a hidden part, and a secret."""
    place = tmp_path.resolve()
    for folder in (
        "scratch/inner",
        "library/inner",
        "library/hidden/shown",
        "native/forbidden/own",
    ):
        (place / folder).mkdir(parents=True)
    for file in ("given.py", "secret", "library/text", "library/hidden/text", "scratch/text"):
        (place / file).write_text("")
    monkeypatch.chdir(place / "scratch")
    return place


@pytest.fixture
def hook(place, monkeypatch):
    native = [("native/forbidden", False), ("native", True), ("native/forbidden/own", True)]
    rules = [(str(place / folder), is_allowed) for folder, is_allowed in native]
    monkeypatch.setattr(readable_paths, "native_code", lambda: rules)
    return audit_hook.make_hook(
        str(place / "scratch"),
        str(place / "given.py"),
        [str(place / name) for name in ("library", "library/hidden/shown", "native")],
        [str(place / "library/hidden")],
        ["minivgg", "minivgg.plots"],
    )


def refused(hook, event, *arguments, kind=unreported.Forbidden):
    """The sentence of the error."""
    with pytest.raises((unreported.Forbidden, ImportError)) as caught:
        hook(event, arguments)
    assert type(caught.value) is kind
    return str(caught.value)


@pytest.mark.parametrize(
    "name",
    ["given.py", "library", "library/text", "library/inner/../text", "library/hidden/shown",
     "library/hidden/shown/x", "scratch", "scratch/x", "library/./text", "library//text"],
)  # fmt: skip
def test_these_files_can_be_read(name, hook, place):
    hook("open", (f"{place}/{name}", "r", os.O_RDONLY))
    hook("open", (os.fsencode(f"{place}/{name}"), "r", os.O_RDONLY))


@pytest.mark.parametrize(
    "name",
    ["secret", "library/hidden", "library/hidden/text", "library/../secret", "scratch/../secret",
     "scratches", "given.py.txt", "libraryx/a", ""],
)  # fmt: skip
def test_other_files_cannot_be_read(name, hook, place):
    path = f"{place}/{name}"
    assert refused(hook, "open", path, "r", os.O_RDONLY) == f"reads the file {path}, {END}"


@pytest.mark.parametrize(
    ("mode", "flags"),
    [("w", 0), ("ab", 0), ("xt", 0), ("r+", 0), *((None, flag) for flag in WRITING)],
)
def test_only_the_scratch_folder_can_be_written(mode, flags, hook, place):
    hook("open", (f"{place}/scratch/x", mode, flags))
    hook("open", (os.devnull, mode, flags))
    for name in ("given.py", "library/text", "secret"):
        path = f"{place}/{name}"
        assert refused(hook, "open", path, mode, flags) == f"writes the file {path}, {END}"


def test_an_open_file_can_be_used_by_its_number(hook):
    hook("open", (3, "w", os.O_WRONLY))
    for event in ("os.truncate", "os.listdir", "os.scandir", "os.chdir"):
        hook(event, (3,))
    for event in ("os.chmod", "os.getxattr"):
        sentence = f"uses {event} with an object that is not text, {END}"
        assert refused(hook, event, 3) == sentence


def test_a_folder_is_opened_only_if_it_is_the_own_one(hook, place):
    """What is opened in it later, relative to its number, is not reported with it."""
    hook("open", (f"{place}/scratch", None, 0))
    hook("open", (f"{place}/scratch/inner", None, 0))
    hook("open", (f"{place}/library/text", None, 0))
    hook("open", (f"{place}/library/not-there", None, 0))
    hook("open", (f"{place}/library/inner", "r", 0))  # which fails in Python anyway
    assert "reads the file" in refused(hook, "open", f"{place}/library/inner", None, 0)


@pytest.mark.parametrize("event", audit_hook.CHANGE_EVENTS)
def test_files_are_changed_in_the_scratch_folder_only(event, hook, place):
    own, others = f"{place}/scratch/text", f"{place}/library/text"
    has_two = event in ("os.rename", "shutil.move")
    hook(event, (own, own, -1, -1) if has_two else (own, -1))
    assert refused(hook, event, others, own) == f"uses {event} on {others}, {END}"
    if has_two:
        assert refused(hook, event, own, others) == f"uses {event} on {others}, {END}"
    assert "is not text" in refused(hook, event, None, own)


@pytest.mark.parametrize("event", audit_hook.LOOK_EVENTS)
def test_folders_are_looked_at_where_files_can_be_read(event, hook, place, monkeypatch):
    for path in (f"{place}/library", f"{place}/scratch", "inner", None):
        hook(event, (path, -1))
    assert refused(hook, event, str(place)) == f"uses {event} on {place}, {END}"
    monkeypatch.chdir(place)
    assert refused(hook, event, None) == f"uses {event} on ., {END}"


def test_a_relative_path_stays_in_the_current_folder(hook, place, monkeypatch):
    hook("open", ("text", "w", 0))
    hook("open", ("./inner/x", "w", 0))
    assert refused(hook, "open", "inner/../x", "r", 0) == f"uses open on inner/../x, {END}"
    (place / "scratch/out").symlink_to(place / "secret")
    assert refused(hook, "open", "out", "r", 0) == f"reads the file out, {END}"
    monkeypatch.chdir(place)
    assert refused(hook, "open", "secret", "r", 0) == f"reads the file secret, {END}"
    hook("open", ("library/text", "r", 0))


def test_links_are_followed(hook, place):
    links = {
        "absolute": f"{place}/secret",
        "relative": "../secret",
        "of-a-link": "relative",
        "folder": f"{place}/library/inner",
        "right": "../library/text",
    }
    for name, goal in links.items():
        (place / "scratch" / name).symlink_to(goal)
    for name in ("absolute", "relative", "of-a-link", "folder/../../secret"):
        assert "reads the file" in refused(hook, "open", f"{place}/scratch/{name}", "r", 0)
    for name in ("right", "folder/x", "folder/../text"):
        hook("open", (f"{place}/scratch/{name}", "r", 0))
        assert "writes the file" in refused(hook, "open", f"{place}/scratch/{name}", "w", 0)


def test_at_most_forty_links_are_followed(hook, place):
    (place / "scratch/0").symlink_to("text")
    for number in range(1, 41):
        (place / f"scratch/{number}").symlink_to(str(number - 1))
    hook("open", (f"{place}/scratch/39", "r", 0))
    path = f"{place}/scratch/40"
    assert refused(hook, "open", path, "r", 0) == f"uses open on {path}, {END}"


def test_a_process_reads_few_files_about_itself(hook):
    for name in audit_hook.OWN_PROCESS:
        hook("open", (f"/proc/self/{name}", "r", 0))
        hook("open", (f"/proc/{os.getpid()}/{name}", "r", 0))
        assert "writes" in refused(hook, "open", f"/proc/self/{name}", "w", 0)
    for name in ("environ", "mem", "root/etc/passwd"):
        assert "reads" in refused(hook, "open", f"/proc/self/{name}", "r", 0)


class Text(str):
    """It says of itself that it begins with anything."""

    __slots__ = ()

    def startswith(self, *_):
        """Whatever it is asked for."""
        return True


class Raw(bytes):
    """Bytes of another class."""


def test_paths_that_are_only_nearly_text(hook, place):
    for kind in (Text, lambda path: Raw(os.fsencode(path))):
        hook("open", (kind(f"{place}/library/text"), "r", 0))
        assert "reads" in refused(hook, "open", kind(f"{place}/secret"), "r", 0)
    hook("open", (os.fsencode(f"{place}/scratch/") + b"\xff", "w", 0))
    for odd in (2.5, ["a"], None):
        assert (
            refused(hook, "open", odd, "r", 0)
            == f"uses open with an object that is not text, {END}"
        )


def test_processes_are_not_started(hook):
    for event in ("os.fork", "os.system", "subprocess.Popen", *audit_hook.PROCESS_EVENTS):
        assert refused(hook, event) == f"starts another process, {END}"


@pytest.mark.parametrize(
    "event",
    [*audit_hook.OUTSIDE_EVENTS, "socket.connect", "socket", "ctypes.dlopen", "syslog.openlog",
     "winreg.OpenKey", "msvcrt.locking", "_winapi.CreateFile"],
)  # fmt: skip
def test_what_leads_outside_is_refused(event, hook):
    assert refused(hook, event) == f"uses {event}, {END}"


def test_other_events_are_allowed(hook):
    for event in ("socket.gethostname", "compile", "exec", "object.__getattr__", "socketx.connect"):
        hook(event, ())


@pytest.mark.parametrize("event", ["fcntl.fcntl", "fcntl.ioctl"])
def test_signals_and_locks_by_the_controls_of_files_are_refused(event, hook):
    for command in (6, 7, 8, 10, 15, 37, 38, 1024, 1026, 0x8901, 0x8902, 0x5452):
        for number in (command, command - 2**32, command + 2**32):  # the system uses 32 bits
            assert refused(hook, event, 3, number, 0) == f"uses {event}, {END}"
    for command in (0, 1, 2, 3, 4, 5, 9, 11, 1025, 0x5413):
        hook(event, (3, command, 6))


def test_imports_by_name(hook):
    for name in ("minivgg", "minivgg.plots", "json", "matplotlib.pyplot"):
        hook("import", (name, None, [], [], []))
    for name in ("torch", "minivgg.ops", "scipy.special"):
        assert refused(hook, "import", name, None, kind=ImportError) == (
            f"imports {name}: the assignments are solved with NumPy alone"
        )
    for name in ("ctypes", "ctypes.util", "own._ctypes", "numba.core"):
        assert refused(hook, "import", name, None, kind=ImportError) == f"imports {name}, {END}"


def test_native_code_is_loaded_from_few_folders(hook, place):
    for name in ("native/x.so", "native/forbidden/own/x.so", "native/a/b/x.so"):
        hook("import", ("x", f"{place}/{name}", [], [], []))
    for name in ("native/forbidden/x.so", "library/x.so", "library/hidden/shown/x.so"):
        sentence = refused(hook, "import", "x", f"{place}/{name}", kind=ImportError)
        assert sentence == f"imports x, {END}"
    for name in ("secret", "scratch/x.so", "library/hidden/x.so", "native/_ctypes.cpython-312.so"):
        sentence = refused(hook, "import", "x", f"{place}/{name}")
        assert sentence == f"loads the file {place}/{name}, {END}"
    hook("import", ("x", f"{place}/native/_ctypes_like.so", [], [], []))


def test_paths_of_windows_are_compared_in_lower_case():
    hook = audit_hook.make_hook("c:\\scratch", "c:\\given.py", [], [], [])
    windows = {"is_posix": False, "separator": "\\", "case": str.lower}
    hook("open", ("C:\\Scratch\\x", "w", 0), **windows)
    hook("open", ("C:\\given.py", "r", 0), **windows)
    with pytest.raises(unreported.Forbidden, match="reads the file C:\\\\other, which"):
        hook("open", ("C:\\other", "r", 0), **windows)


def test_the_hook_is_given_to_python(place, monkeypatch):
    found = []
    monkeypatch.setattr(sys, "addaudithook", found.append)
    folders = [f"{place}/{name}" for name in ("scratch", "given.py", "library", "library/hidden")]
    scratch, given, library, hidden = folders
    audit_hook.install(scratch, given, [library], [hidden], ["torch"])
    (hook,) = found
    hook("open", (f"{scratch}/x", "w", 0))
    hook("open", (f"{library}/text", "r", 0))
    hook("import", ("torch", None))
    for path, mode in ((given, "w"), (f"{hidden}/text", "r")):
        assert path in refused(hook, "open", path, mode, 0)
