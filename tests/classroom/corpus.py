"""The corpus of students' answers to the assignments, right and wrong, one file each.

Files in ``submissions``, named for what is expected of the grader:

    <task>/<mistake>[+<mistake>]--<style>.py    wrong, with these mistakes of the bank
    <task>/right--<style>.py                    right
    <task>/convention-<name>--<style>.py        right by another convention
    <task>/unlisted--<style>.py                 wrong in a way that the bank may not know

A file defines the function that the task asks for, with the imports and helpers that it needs; it
shares no code with the bank. The first line repeats the expectation, in one of these forms:

    # expect: <mistake>[ + <mistake>]
    # expect: <mistake>[ + <mistake>]; passes: <why it gets full marks nevertheless>
    # expect: right
    # expect: convention <name>
    # expect: unlisted: <what is wrong>

The style tells apart files with the same task and names: a few words where the code has a style of
its own (``loops``, ``einsum``), else the name of a set and a number (``first-2``). The bank was
tuned on all sets but ``third``, so ``third`` shows how it does on answers that it was not made for.
"""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent / "submissions"

FORMS = {
    "right": re.compile("# expect: right"),
    "convention": re.compile(r"# expect: convention (?P<names>[\w-]+)"),
    "unlisted": re.compile(r"# expect: unlisted: (?P<note>.+)"),
    "wrong": re.compile(r"# expect: (?P<names>[\w-]+( \+ [\w-]+)*)(; passes: (?P<note>.+))?"),
}


@dataclass(frozen=True)
class Specimen:
    """One answer. kind: a key of ``FORMS``; names: of its mistakes, or of its convention.

    note: why a wrong answer passes, or what is wrong with an unlisted one.
    """

    path: Path
    text: str
    kind: str
    names: tuple = ()
    note: str = ""

    @property
    def task(self):
        """The name of the task, and of the function."""
        return self.path.parent.name

    @property
    def id(self):
        """``<task>/<file>`` without the suffix."""
        return f"{self.task}/{self.path.stem}"

    @property
    def label(self):
        """What the file's name has to begin with."""
        begin = {"wrong": "", "convention": "convention-"}.get(self.kind, self.kind)
        return begin + "+".join(self.names)

    @property
    def passes(self):
        """Whether a wrong answer is expected to get full marks nevertheless."""
        return self.kind == "wrong" and self.note != ""

    def load(self):
        """The function, in a fresh namespace: nothing is kept from an earlier one."""
        namespace = {"__name__": self.path.stem}
        exec(compile(self.text, str(self.path), "exec"), namespace)
        return namespace[self.task]


def read(path):
    """The specimen in a file. Raises ``ValueError`` when its first line is in none of the forms."""
    text = path.read_text(encoding="utf-8")
    line = text.split("\n", 1)[0]
    for kind, form in FORMS.items():
        if found := form.fullmatch(line):
            parts = {name: part or "" for name, part in found.groupdict().items()}
            names = tuple(filter(None, parts.get("names", "").split(" + ")))
            return Specimen(path, text, kind, names, parts.get("note", ""))
    raise ValueError(f"{path}: the first line has to say what to expect, not {line!r}")


def specimens(*kinds, root=ROOT):
    """All specimens of these kinds (all kinds if none is given), in the order of their paths."""
    found = [read(path) for path in sorted(root.glob("*/*.py"))]
    return [specimen for specimen in found if not kinds or specimen.kind in kinds]
