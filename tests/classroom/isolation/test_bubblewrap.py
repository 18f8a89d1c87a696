"""The commands that start child processes, and what a trial of one says. No process is started."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from minivgg.classroom.isolation import bubblewrap, environment
from minivgg.classroom.worker import readable_paths

pytestmark = pytest.mark.skipif(os.name != "posix", reason="paths of POSIX")
WORKER = str(Path(bubblewrap.__file__).parents[1] / "worker")
SYSTEM = [
    part
    for path in ("/usr", "/bin", "/lib", "/lib64", "/lib32", "/etc/ld.so.cache", "/etc/localtime",
                 "/etc/alternatives", "/sys/devices/system/cpu")
    for part in ("--ro-bind-try", path, path)
]  # fmt: skip


def python(folder, *arguments):
    return [sys.executable, "-I", "-X", "utf8", folder, *arguments, "/packages", "/more"]


@pytest.fixture
def folders(monkeypatch):
    monkeypatch.setattr(environment, "package_folders", lambda: ["/packages", "/more"])
    monkeypatch.setattr(environment, "matplotlib_cache", lambda: "/fonts")


@pytest.fixture
def sandbox(folders, monkeypatch):
    """The options that are the same for all submissions; --hidden stands before hidden paths."""
    monkeypatch.setattr(bubblewrap, "_python_folders", lambda: ("/py", "/python"))
    monkeypatch.setattr(bubblewrap, "_covered", lambda paths: ["--hidden", *paths])
    monkeypatch.setattr(bubblewrap, "hidden_paths", lambda: ["minivgg"])
    monkeypatch.setattr(readable_paths, "hidden_paths", lambda paths: [*paths, "torch"])
    options = bubblewrap._sandbox.__wrapped__()
    monkeypatch.setattr(bubblewrap, "_sandbox", lambda: options)
    return list(options)


def test_the_sandbox_shows_the_system_and_python(sandbox):
    assert sandbox == [
        "bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
        *SYSTEM, "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
        "--ro-bind", "/py", "/py", "--ro-bind", "/python", "/python",
        "--hidden", "minivgg", "torch", "--ro-bind", WORKER, "/run/minivgg-worker",
    ]  # fmt: skip


def test_the_command_for_a_submission(sandbox):
    arguments = (Path("/scratch"), Path("/class/a.py"), "/fonts")
    assert bubblewrap.command("audit", *arguments) == python(WORKER, "job", "/scratch")
    for hidden in ([], ["/class"]):
        assert bubblewrap.command("bwrap", *arguments, hidden) == [
            *sandbox, "--hidden", *hidden, "--ro-bind-try", "/fonts", "/fonts",
            "--ro-bind", "/class/a.py", "/class/a.py", "--bind", "/scratch", "/scratch",
            "--chdir", "/scratch", "--", *python("/run/minivgg-worker", "job", "/scratch"),
        ]  # fmt: skip
    assert "--hidden" in bubblewrap.command("bwrap", *arguments)


def test_folders_of_python_are_shown_from_the_outside_to_the_inside(monkeypatch):
    """A folder in another one must be shown after it. /usr is shown anyway."""
    monkeypatch.setattr(sys, "prefix", "/zz")
    monkeypatch.setattr(sys, "base_prefix", "/usr")
    monkeypatch.setattr(environment, "package_folders", lambda: ["/zz/inner", "/aaaa/packages"])
    monkeypatch.setattr(
        readable_paths, "real_path", lambda path: {"/aaaa/packages": "/"}.get(path, path + "x")
    )
    found = bubblewrap._python_folders.__wrapped__()
    assert sorted(found) == ["/aaaa/packages", "/usrx", "/zz", "/zz/inner", "/zz/innerx", "/zzx"]
    assert list(map(len, found)) == sorted(map(len, found))


def test_each_hidden_path_that_is_shown_is_covered(tmp_path, monkeypatch):
    """By something empty of its kind, unless Python is in it."""
    inside, outside = tmp_path / "python", tmp_path / "other"
    for folder in (inside / "course", inside / "lib", outside):
        folder.mkdir(parents=True)
    (inside / "marks.csv").touch()
    monkeypatch.setattr(bubblewrap, "_python_folders", lambda: (str(inside), f"{inside}/lib/py"))
    paths = (inside / "course", inside / "marks.csv", inside / "lib", outside, tmp_path, inside)
    assert bubblewrap._covered(map(str, paths)) == [
        "--tmpfs", f"{inside}/course", "--ro-bind", "/dev/null", f"{inside}/marks.csv",
    ]  # fmt: skip
    assert bubblewrap._covered(["/usr/lib/course"]) == ["--ro-bind", "/dev/null", "/usr/lib/course"]


def test_hidden_are_the_package_the_checkout_and_the_folders_of_the_instructor(
    tmp_path, monkeypatch
):
    package = str(Path(bubblewrap.minivgg.__file__).parent.resolve())
    (tmp_path / "link").symlink_to("course")
    for checkout in (tmp_path / "checkout", None):
        monkeypatch.setattr(bubblewrap.installation, "checkout", lambda found=checkout: found)
        others = [str(tmp_path.resolve() / "course"), *([str(checkout)] if checkout else [])]
        found = bubblewrap.hidden_paths([tmp_path / "link", tmp_path / "course"])
        assert found == sorted([package, *others])
    assert bubblewrap.hidden_paths() == [package]


@pytest.fixture
def trial(sandbox, monkeypatch):
    """Runs a trial whose process ends as it is told to; returns its answer, and how it was run."""
    started = []

    def trial(is_in_sandbox, code=0, output="", error="", raised=None):
        def run(command, **options):
            assert Path(options["cwd"]).is_dir()
            started.append((command, options))
            if raised:
                raise raised
            return subprocess.CompletedProcess(command, code, output, error)

        monkeypatch.setattr(bubblewrap.subprocess, "run", run)
        return bubblewrap._trial.__wrapped__(is_in_sandbox)

    monkeypatch.setattr(bubblewrap.shutil, "which", lambda name: f"/usr/bin/{name}")
    trial.started = started
    return trial


def test_a_trial_asks_for_the_rules_of_the_kernel(trial, sandbox):
    assert trial(False, output='["parent", "landlock"]') == ("parent", "landlock")
    assert trial(True, output="[]") == ()
    (alone, options), (inside, others) = trial.started
    assert alone == python(WORKER, "rules", str(os.getpid()))
    folder = others["cwd"]
    rules = python("/run/minivgg-worker", "rules", "0")
    assert inside == [*sandbox, "--bind", folder, folder, "--chdir", folder, *rules]
    assert options == {
        "cwd": options["cwd"], "env": environment.variables(options["cwd"]), "text": True,
        "capture_output": True, "check": False, "timeout": bubblewrap.TRIAL_SECONDS,
        "stdin": subprocess.DEVNULL,
    }  # fmt: skip
    assert Path(folder).name.startswith("minivgg-")
    assert not Path(folder).exists()


def test_a_trial_says_why_it_failed(trial, monkeypatch):
    assert trial(True, 1, "[]", "Traceback\n  line\nNo such thing\n\n") == "No such thing"
    assert trial(True, 1, "[]", " \n") == "it exits without a message"
    assert trial(False, 0, "no JSON").startswith("Expecting value")
    assert trial(False, raised=OSError("first\nno memory")) == "no memory"
    assert "timed out" in trial(False, raised=subprocess.TimeoutExpired(["python"], 30))
    count = len(trial.started)
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda name: None)
    assert trial(True) == "it is not installed"
    assert len(trial.started) == count
    assert trial(False, output="[]") == ()


@pytest.mark.parametrize(
    ("isolation", "sandboxed", "alone", "kind", "asked"),
    [
        ("auto", ("seccomp",), "is not asked", "bwrap", [True]),
        ("auto", "no", (), "audit", [True, False]),
        ("bwrap", (), "is not asked", "bwrap", [True]),
        ("audit", "is not asked", ("landlock",), "audit", [False]),
    ],
)
def test_the_isolation_is_the_best_that_starts(
    isolation, sandboxed, alone, kind, asked, monkeypatch
):
    seen = []

    def trial(is_in_sandbox):
        seen.append(is_in_sandbox)
        return sandboxed if is_in_sandbox else alone

    monkeypatch.setattr(bubblewrap, "_trial", trial)
    assert bubblewrap.in_force(isolation) == kind
    assert seen == asked


def test_an_isolation_that_does_not_start_is_an_error(monkeypatch):
    with pytest.raises(ValueError, match=r"^isolation must be one of auto, bwrap, audit, got 'x'$"):
        bubblewrap.in_force("x")
    monkeypatch.setattr(bubblewrap, "_trial", lambda is_in_sandbox: f"because {is_in_sandbox}")
    with pytest.raises(RuntimeError, match=r"^bubblewrap \(bwrap\) .* here: because True$"):
        bubblewrap.in_force("bwrap")
    for isolation in ("auto", "audit"):
        with pytest.raises(RuntimeError, match=r"^nothing was checked: .* NumPy: because False$"):
            bubblewrap.in_force(isolation)


@pytest.mark.parametrize(
    ("kind", "rules", "sentence"),
    [
        ("bwrap", ("landlock", "seccomp"),
         "in its own sandbox (bubblewrap); the kernel restricts access to files (Landlock) and to "
         "other processes and the network (seccomp)."),
        ("audit", ("seccomp", "parent"),
         "in a process with an audit hook, without a sandbox (bubblewrap); the kernel restricts "
         "access to other processes and the network (seccomp)."),
        ("audit", ("parent",),
         "in a process with an audit hook, without a sandbox (bubblewrap); the kernel enforces no "
         "rules."),
        ("bwrap", "it does not start",
         "in its own sandbox (bubblewrap); the kernel enforces no rules."),
    ],
)  # fmt: skip
def test_the_sentence_for_a_report(kind, rules, sentence, monkeypatch):
    answers = {kind == "bwrap": rules}
    monkeypatch.setattr(bubblewrap, "_trial", answers.__getitem__)
    assert bubblewrap.describe(kind) == f"Each submission ran {sentence}"
    assert bubblewrap.rules_in_force(kind) == (() if isinstance(rules, str) else rules)
