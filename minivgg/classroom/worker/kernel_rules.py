"""Rules that the Linux kernel enforces on the child process, whatever Python code it runs.

Landlock restricts files to some folders, seccomp refuses calls that concern other processes or the
network, and the kernel ends the child when the grader ends. Each part is left out where the system
does not have it.
"""

import contextlib
import ctypes
import os
import platform
import signal
import stat
import struct
import sys
from collections.abc import Callable, Iterable

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
SECCOMP_MODE_FILTER = 2

# Landlock: https://docs.kernel.org/userspace-api/landlock.html
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION_FLAG, PATH_BENEATH = 1, 1
WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = 1 << 1, 1 << 2, 1 << 3, 1 << 4, 1 << 5
MAKE_DIR, MAKE_REG, REFER, TRUNCATE = 1 << 7, 1 << 8, 1 << 13, 1 << 14
READING = READ_FILE | READ_DIR
WRITING = READING | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | REFER | TRUNCATE
OF_FILES = WRITE_FILE | READ_FILE | TRUNCATE
HANDLED = {1: 2**13 - 1, 2: 2**14 - 1, 3: 2**15 - 1, 5: 2**16 - 1}  # rights by version
NETWORK_VERSION, SCOPE_VERSION = 4, 6
BIND_AND_CONNECT, SIGNALS_AND_SOCKETS = 3, 3

# Seccomp: a program for the Berkeley packet filter, applied to each system call
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000
EPERM, ENOSYS = 1, 38
NUMBER, MACHINE, FIRST_ARGUMENT, SECOND_ARGUMENT = 0, 4, 16, 24  # places in struct seccomp_data
MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
X32_CALLS = 0x40000000  # the second set of calls on x86-64
LAST_CALL = 470  # what later kernels add is not known here
CLONE, CLONE3, PRCTL = (56, 220), 435, (157, 167)
CLONE_FILES, CLONE_THREAD = 0x400, 0x10000
REFUSED_COMMANDS = {  # the second argument
    (72, 25): {  # fcntl
        "F_SETLK": 6, "F_SETLKW": 7, "F_SETOWN": 8, "F_SETSIG": 10, "F_SETOWN_EX": 15,
        "F_OFD_SETLK": 37, "F_OFD_SETLKW": 38, "F_SETLEASE": 1024, "F_NOTIFY": 1026,
    },
    (16, 29): {"FIOSETOWN": 0x8901, "SIOCSPGRP": 0x8902, "FIOASYNC": 0x5452},  # ioctl
}  # fmt: skip
# numbers on x86-64, and on aarch64
OF_OTHERS = {  # allowed for the process itself: its number is the first argument
    "kill": (62, 129), "tgkill": (234, 131), "prlimit64": (302, 261),
    "sched_setaffinity": (203, 122),
}  # fmt: skip
REFUSED = {
    "execve": (59, 221), "execveat": (322, 281), "fork": (57, None), "vfork": (58, None),
    "socket": (41, 198), "socketpair": (53, 199), "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240), "setsid": (112, 157),
    "setpgid": (109, 154), "setpriority": (141, 140), "ioprio_set": (251, 30),
    "pidfd_send_signal": (424, 424), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "process_madvise": (440, 440), "kcmp": (312, 272), "migrate_pages": (256, 238),
    "move_pages": (279, 239), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
    "chroot": (161, 51), "setns": (308, 268), "unshare": (272, 97), "open_tree": (428, 428),
    "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432),
    "fspick": (433, 433), "mount_setattr": (442, 442), "add_key": (248, 217),
    "request_key": (249, 218), "keyctl": (250, 219), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "bpf": (321, 280),
    "userfaultfd": (323, 282), "perf_event_open": (298, 241), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "kexec_load": (246, 104),
    "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "sethostname": (170, 161),
    "setdomainname": (171, 162), "iopl": (172, None), "ioperm": (173, None),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "mknod": (133, None),
    "mknodat": (259, 33), "link": (86, None), "linkat": (265, 37), "symlink": (88, None),
    "symlinkat": (266, 36), "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53),
    "fchmodat2": (452, 452), "chown": (92, None), "fchown": (93, 55), "lchown": (94, None),
    "fchownat": (260, 54), "utime": (132, None), "utimes": (235, None), "futimesat": (261, None),
    "utimensat": (280, 88), "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
    "shmget": (29, 194), "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180),
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "personality": (135, 92),
    "flock": (73, 32), "fadvise64": (221, 223), "mincore": (27, 232), "cachestat": (451, 451),
    "truncate": (76, 45), "inotify_init": (253, None), "inotify_init1": (294, 26),
    "inotify_add_watch": (254, 27), "fanotify_init": (300, 262), "sched_setattr": (314, 274),
    "sched_setscheduler": (144, 119), "sched_setparam": (142, 118), "setxattrat": (463, 463),
    "removexattrat": (466, 466), "open_tree_attr": (467, 467), "file_setattr": (469, 469),
    "setuid": (105, 146), "setgid": (106, 144), "setreuid": (113, 145), "setregid": (114, 143),
    "setresuid": (117, 147), "setresgid": (119, 149), "setfsuid": (122, 151),
    "setfsgid": (123, 152), "setgroups": (116, 159),
}  # fmt: skip
UNKNOWN = {  # as on a kernel without them: the C library then does the same without flags
    "clone3": (CLONE3, CLONE3), "preadv2": (327, 286), "pwritev2": (328, 287),
}  # fmt: skip


def apply(readable: Iterable[str], writable: Iterable[str], grader: int = 0) -> list[str]:
    """Restrict this process; it cannot be undone. The process must not have threads yet.

    Parameters
    ----------
    readable : iterable of str
        Files and folders that may be read, with all that is in them.
    writable : iterable of str
        Files and folders that may be read and changed.
    grader : int
        The process that started this one, which must not survive it; 0 if it is another one's task
        to end this one.

    Returns
    -------
    parts : list of str
        Which of "parent", "landlock" and "seccomp" are in force.
    """
    if sys.platform != "linux":
        return []
    libc = ctypes.CDLL(None)
    parts = []
    if grader and libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) == 0:
        parts.append("parent")
        if os.getppid() != grader:  # it has ended in the meantime
            os._exit(1)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        call = libc.syscall
        call.restype = ctypes.c_long
        parts += ["landlock"] * _restrict_files(call, readable, writable)
        parts += ["seccomp"] * _restrict_calls(libc.prctl)
    return parts


def _restrict_files(
    call: Callable[..., int], readable: Iterable[str], writable: Iterable[str]
) -> bool:
    """Landlock: all that is not allowed here is forbidden."""
    version = call(CREATE_RULESET, None, ctypes.c_size_t(0), VERSION_FLAG)
    if version < 1:
        return False
    handled = next(rights for since, rights in reversed(HANDLED.items()) if since <= version)
    ruleset = struct.pack("=Q", handled)
    if version >= NETWORK_VERSION:
        ruleset += struct.pack("=Q", BIND_AND_CONNECT)
    if version >= SCOPE_VERSION:
        ruleset += struct.pack("=Q", SIGNALS_AND_SOCKETS)
    rules = call(CREATE_RULESET, ruleset, ctypes.c_size_t(len(ruleset)), 0)
    if rules < 0:
        return False
    for paths, rights in ((readable, READING), (writable, WRITING)):
        for path in paths:
            with contextlib.suppress(OSError):
                _allow(call, rules, path, rights & handled)
    is_restricted = call(RESTRICT_SELF, rules, 0) == 0
    os.close(rules)
    return is_restricted


def _allow(call: Callable[..., int], rules: int, path: str, rights: int) -> None:
    number = os.open(path, os.O_PATH | os.O_CLOEXEC)
    if not stat.S_ISDIR(os.fstat(number).st_mode):
        rights &= OF_FILES
    call(ADD_RULE, rules, PATH_BENEATH, struct.pack("=Qi", rights, number), 0)
    os.close(number)


def _restrict_calls(prctl: Callable[..., int]) -> bool:
    """Seccomp: all that is not refused here is allowed."""
    if platform.machine() not in MACHINES or struct.calcsize("P") != 8:
        return False
    code = b"".join(struct.pack("=HBBI", *step) for step in _filter(*MACHINES[platform.machine()]))
    program = ctypes.create_string_buffer(code, len(code))
    pointer = struct.pack("@HP", len(code) // 8, ctypes.addressof(program))
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, pointer, 0, 0) == 0


def _filter(machine: int, column: int) -> list[tuple[int, int, int, int]]:
    """The program: (operation, steps to skip if true, steps to skip if false, number)."""
    refuse, allow = (RETURN, 0, 0, REFUSE | EPERM), (RETURN, 0, 0, ALLOW)
    unknown = (RETURN, 0, 0, REFUSE | ENOSYS)
    steps = [
        (LOAD, 0, 0, MACHINE), (EQUAL, 1, 0, machine), refuse,
        (LOAD, 0, 0, NUMBER), (AT_LEAST, 0, 1, X32_CALLS), refuse,
        (AT_LEAST, 0, 1, LAST_CALL + 1), unknown,
    ]  # fmt: skip
    for later in UNKNOWN.values():
        steps += [(EQUAL, 0, 1, later[column]), unknown]
    for numbers in REFUSED.values():
        if (number := numbers[column]) is not None:
            steps += [(EQUAL, 0, 1, number), refuse]
    steps += [
        (EQUAL, 0, 5, CLONE[column]), (LOAD, 0, 0, FIRST_ARGUMENT),
        (ANY_BIT, 0, 1, CLONE_THREAD), (ANY_BIT, 1, 0, CLONE_FILES), refuse, allow,
        (EQUAL, 0, 5, PRCTL[column]), (LOAD, 0, 0, FIRST_ARGUMENT),
        (EQUAL, 1, 0, PR_SET_PDEATHSIG), (EQUAL, 0, 1, PR_SET_DUMPABLE), refuse, allow,
    ]  # fmt: skip
    for call, commands in REFUSED_COMMANDS.items():
        steps += [(EQUAL, 0, 2 * len(commands) + 2, call[column])]
        steps += [(LOAD, 0, 0, SECOND_ARGUMENT)]
        for command in commands.values():
            steps += [(EQUAL, 0, 1, command), refuse]
        steps += [allow]
    own = os.getpid()
    for numbers in OF_OTHERS.values():
        steps += [
            (EQUAL, 0, 5, numbers[column]), (LOAD, 0, 0, FIRST_ARGUMENT),
            (EQUAL, 2, 0, 0), (EQUAL, 1, 0, own), refuse, allow,
        ]  # fmt: skip
    return [*steps, allow]
