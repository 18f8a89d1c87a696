"""The audit hook of the child process: no other processes, no network, few files, no native code.

A submission runs in the same interpreter and can change nearly everything in it: modules, their
functions, the attributes of classes. So the hook uses no global name: all that it needs are its own
parameters, which have defaults, and the path of a file is found without ``os.path``. That is why it
is one long function: a helper would be a function of Python, whose code a submission could replace
once it had found it, and each parameter is something that a global name would be elsewhere.

Native code, which crafted bytecode can reach, is not stopped by a hook, but by ``kernel_rules``.
"""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from minivgg.classroom.worker import kernel_rules, readable_paths, unreported
else:  # in the child process
    import kernel_rules
    import readable_paths
    import unreported

# Audit events: https://docs.python.org/3/library/audit_events.html
PROCESS_EVENTS = (
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.exec",
    "os.spawn",
    "os.system",
    "os.startfile",
    "os.startfile/2",
    "subprocess.Popen",
    "pty.spawn",
    "webbrowser.open",
    "_winapi.CreateProcess",
    "cpython.PyInterpreterState_New",
)
OUTSIDE_EVENTS = (
    "os.kill",
    "os.killpg",
    "os.link",
    "os.symlink",
    "signal.pthread_kill",
    "resource.prlimit",
    "sqlite3.connect",  # ATTACH opens any file, without an event
    "sys.settrace",
    "sys.setprofile",
    "sys.monitoring.register_callback",
    "gc.get_objects",
    "gc.get_referrers",
    "gc.get_referents",
    "code.__new__",
    "sys.remote_exec",
    "fcntl.flock",
    "fcntl.lockf",
)
OUTSIDE_GROUPS = ("socket", "ctypes", "syslog", "winreg", "msvcrt", "_winapi")
ALLOWED_EVENTS = ("socket.gethostname",)
CHANGE_EVENTS = (
    "os.remove",
    "os.rmdir",
    "os.rename",
    "os.chmod",
    "os.chown",
    "os.chflags",
    "os.mkdir",
    "os.truncate",
    "os.utime",
    "os.setxattr",
    "os.removexattr",
    "shutil.rmtree",
    "shutil.move",
    "shutil.chown",
)
TWO_PATHS = ("os.rename", "shutil.move")
LOOK_EVENTS = ("os.listdir", "os.scandir", "os.chdir", "os.getxattr", "os.listxattr")
OF_OPEN_FILES = ("os.truncate", "os.listdir", "os.scandir", "os.chdir")  # also by their number
WRITING_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
FILE_CONTROLS = ("fcntl.fcntl", "fcntl.ioctl")
REFUSED_CONTROLS = frozenset(  # signals to other processes, and locks that these notice
    number for commands in kernel_rules.REFUSED_COMMANDS.values() for number in commands.values()
)
MAX_LINKS = 40
OWN_PROCESS = ("status", "maps", "stat", "statm", "limits", "cmdline", "comm", "io")


def install(
    scratch: str,
    submission: str,
    readable: Sequence[str],
    hidden: Sequence[str],
    stand_ins: Sequence[str],
) -> None:
    """Install the hook. It cannot be removed again.

    Parameters
    ----------
    scratch : str
        The folder of the child process, the only one in which files can be changed.
    submission : str
        The student's file.
    readable : sequence of str
        Files and folders that can be read.
    hidden : sequence of str
        Files and folders in them that cannot.
    stand_ins : sequence of str
        The modules of a forbidden package that have a stand-in.
    """
    sys.addaudithook(make_hook(scratch, submission, readable, hidden, stand_ins))


def by_length_of(rules: Iterable[tuple[str, bool]]) -> tuple[tuple[str, bool], ...]:
    """Rules about paths in the order in which they are to be tried: the longest path first.

    Parameters
    ----------
    rules : iterable of (str, bool)
        Paths, and whether they are allowed.

    Returns
    -------
    rules : tuple of (str, bool)
        Sorted.
    """
    return tuple(sorted(rules, key=lambda rule: -len(rule[0])))


def make_hook(
    scratch: str,
    submission: str,
    readable: Sequence[str],
    hidden: Sequence[str],
    stand_ins: Sequence[str],
) -> Callable[[str, tuple[Any, ...]], None]:
    """The hook.

    The traceback of an error shows a submission all values in it. So these are immutable, and there
    is no function of Python among them.

    Parameters
    ----------
    scratch : str
        The folder of the child process.
    submission : str
        The student's file.
    readable : sequence of str
        Files and folders that can be read.
    hidden : sequence of str
        Files and folders in them that cannot.
    stand_ins : sequence of str
        The modules of a forbidden package that have a stand-in.

    Returns
    -------
    hook : function
        For ``sys.addaudithook``.
    """
    can_write = ((scratch, True), (readable_paths.real_path(os.devnull), True))
    can_read = (
        *can_write,
        (submission, True),
        *((path, True) for path in readable),
        *((path, False) for path in hidden),
    )
    # the longest path decides, so a folder can be readable in a hidden one, and the reverse
    by_length = by_length_of(can_read)
    own = f"/proc/{os.getpid()}/"
    is_posix = os.name == "posix"

    def hook(
        event: str,
        arguments: tuple[Any, ...],
        *,
        processes: frozenset[str] = frozenset(PROCESS_EVENTS),
        outside: frozenset[str] = frozenset(OUTSIDE_EVENTS),
        allowed: frozenset[str] = frozenset(ALLOWED_EVENTS),
        groups: frozenset[str] = frozenset(OUTSIDE_GROUPS),
        changes: frozenset[str] = frozenset(CHANGE_EVENTS),
        with_two_paths: frozenset[str] = frozenset(TWO_PATHS),
        looks: frozenset[str] = frozenset(LOOK_EVENTS),
        by_number: frozenset[str] = frozenset(OF_OPEN_FILES),
        writing_flags: int = WRITING_FLAGS,
        reading: tuple[tuple[str, bool], ...] = by_length,
        writing: tuple[tuple[str, bool], ...] = can_write,
        native: tuple[tuple[str, bool], ...] = by_length_of(readable_paths.native_code()),
        file_controls: frozenset[str] = frozenset(FILE_CONTROLS),
        refused_controls: frozenset[int] = REFUSED_CONTROLS,
        scratch: str = scratch,
        separator: str = os.sep,
        own_files: frozenset[str] = frozenset(own + name for name in OWN_PROCESS),
        stand_ins: frozenset[str] = frozenset(stand_ins),
        packages: frozenset[str] = frozenset(readable_paths.FORBIDDEN_PACKAGES),
        modules: frozenset[str] = frozenset(unreported.FORBIDDEN_MODULES),
        error: type[Exception] = unreported.Forbidden,
        import_error: type[Exception] = ImportError,
        no_link: type[Exception] = OSError,
        end: str = unreported.NOT_ALLOWED,
        type_of: Callable[[Any], Any] = type,
        is_subclass: Callable[[Any, Any], bool] = type.__subclasscheck__,
        plain: Callable[[str, str], str] = str.__add__,
        decode: Callable[..., str] = bytes.decode,
        text: type = str,
        raw: type = bytes,
        integer: type = int,
        directory: Callable[[], str] = os.getcwd,
        link_of: Callable[[str], str] = os.readlink,
        status: Callable[[str], Any] = os.stat,
        is_posix: bool = is_posix,
        case: Callable[[str], str] = os.path.normcase,
        most_links: int = MAX_LINKS,
    ) -> None:
        wanted: tuple[Any, ...] = ()
        writes: object = False
        opens_number = False
        if event == "import":
            name = plain("", arguments[0])
            top, last = name.partition(".")[0], name.rpartition(".")[2]
            if name in stand_ins:
                return
            if top in packages:
                raise import_error(f"imports {name}: the assignments are solved with NumPy alone")
            if top in modules or last in modules:
                raise import_error(f"imports {name}, {end}")
            if arguments[1] is None:
                return
            wanted = (arguments[1],)
        elif event == "open":
            if type_of(arguments[0]) is integer:
                return
            opens_number = arguments[1] is None  # os.open
            writes = arguments[2] & writing_flags
            if type_of(arguments[1]) is text:
                for letter in "wax+":
                    writes = writes or letter in arguments[1]
            wanted = (arguments[0],)
        elif event in changes:
            writes, wanted = True, arguments[: 2 if event in with_two_paths else 1]
        elif event in looks:
            wanted = arguments[:1]
        elif event in processes:
            raise error(f"starts another process, {end}")
        elif event in file_controls:
            if arguments[1] & 0xFFFFFFFF in refused_controls:
                raise error(f"uses {event}, {end}")
        elif event not in allowed and (event in outside or event.partition(".")[0] in groups):
            raise error(f"uses {event}, {end}")
        for path in wanted:
            kind = type_of(path)
            if event in by_number and kind is integer:
                continue
            if is_subclass(raw, kind):
                path = decode(path, "utf-8", "surrogateescape")
            elif path is None and event in looks:
                path = "."
            elif not is_subclass(text, kind):
                raise error(f"uses {event} with an object that is not text, {end}")
            path = plain("", path)
            real = case(path) if not is_posix else ""
            if is_posix:  # follow all links
                if path.startswith("/"):
                    waiting = path.split("/")[::-1]
                else:  # possibly relative to another folder than this, which must be in it
                    waiting = path.split("/")[::-1]
                    if ".." in waiting:
                        raise error(f"uses {event} on {path}, {end}")
                    waiting += directory().split("/")[::-1]
                done: tuple[str, ...] = ()
                links = 0
                while waiting:
                    part = waiting.pop()
                    if part == "..":
                        done = done[:-1]
                    elif part != "" and part != ".":
                        try:
                            link = link_of("/" + "/".join((*done, part)))
                        except no_link:
                            done = (*done, part)
                            continue
                        links += 1
                        if links > most_links:
                            raise error(f"uses {event} on {path}, {end}")
                        if link.startswith("/"):
                            done = ()
                        waiting += link.split("/")[::-1]
                real = "/" + "/".join(done)
            is_allowed = real in own_files and not writes
            if not is_allowed:
                for folder, allows in writing if writes else reading:
                    if real == folder or real.startswith(folder + separator):
                        is_allowed = allows
                        break
            is_own = real == scratch or real.startswith(scratch + separator)
            if event == "import":
                for module in modules:  # an extension module under another name
                    if real.rpartition(separator)[2].startswith(module + "."):
                        is_allowed = False
                if is_own or not is_allowed:
                    raise error(f"loads the file {path}, {end}")
                for folder, allows in native:
                    if real.startswith(folder + separator):
                        is_allowed = allows
                        break
                else:
                    is_allowed = False
                if not is_allowed:
                    raise import_error(f"imports {name}, {end}")
            elif opens_number and is_allowed and not writes and not is_own:
                try:
                    is_folder = status(real).st_mode & 0o170000 == 0o040000
                except no_link:
                    is_folder = False
                is_allowed = not is_folder  # what is opened in it later is not reported with it
            if not is_allowed:
                if event == "open":
                    verb = "writes" if writes else "reads"
                    raise error(f"{verb} the file {path}, {end}")
                raise error(f"uses {event} on {path}, {end}")

    return hook
