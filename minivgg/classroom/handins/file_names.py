"""What the names of files say: the type, the assignment, the copy, and whether it is a guide."""

import re

from minivgg.classroom.bank import ASSIGNMENTS

PROGRAMS = (".py", ".ipynb", ".py.txt", ".ipynb.txt", ".ipynb.json")  # browsers add the last ones
TAR_ARCHIVES = (".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz", ".tar.xz", ".txz", ".tar")
ARCHIVES = (".zip", *TAR_ARCHIVES)
UNREADABLE_ARCHIVES = (
    *(".rar", ".7z", ".alz", ".egg", ".tar.zst", ".tzst", ".zst", ".gz", ".bz2", ".xz", ".lzma"),
    *(".zipx", ".tar.z", ".z", ".lzh", ".arj", ".cab", ".sit", ".sitx", ".dmg", ".iso"),
)
SUFFIX = re.compile(
    "(?:"
    + "|".join(re.escape(suffix) for suffix in (*PROGRAMS, *ARCHIVES, *UNREADABLE_ARCHIVES))
    + r")\s*$",
    re.IGNORECASE,
)
COPY_MARK = re.compile(  # a browser's "file (1)", Canvas's "file-1", Jupyter's, those of systems
    r"(\s*(\((?P<bracket>\d+)\)|-(?P<dash>\d{1,2}))|-copy(?P<jupyter>\d+)"
    r"|[ _]-[ _](copy|복사본)|의 사본|[ _]copy([ _](?P<system>\d+))?|[ _]\(copy\))$",
    re.IGNORECASE,
)
COPY_PREFIX = re.compile(r"^(copy|kopie|copie|copia)[ _](of|von|de|di)[ _]", re.IGNORECASE)


def suffix_of(name: str) -> str:
    """The suffix that determines the type of a file, in lower case.

    Parameters
    ----------
    name : str
        Of the file.

    Returns
    -------
    suffix : str
        Of a program, a notebook or an archive, "" for any other file.

    Examples
    --------
    >>> suffix_of("Loss.PY"), suffix_of("loss.py.txt"), suffix_of("work.tar.gz"), suffix_of("a.pdf")
    ('.py', '.py.txt', '.tar.gz', '')
    """
    found = SUFFIX.search(name)
    return found[0].strip().lower() if found else ""


def stem_of(name: str) -> str:
    """The name of a file without its suffix.

    Parameters
    ----------
    name : str
        Of the file.

    Returns
    -------
    stem : str
        The name itself if its suffix is of another type.

    Examples
    --------
    >>> stem_of("loss.py.txt"), stem_of("dr. who")
    ('loss', 'dr. who')
    """
    return SUFFIX.sub("", name) or name


def is_program(name: str) -> bool:
    """Whether a name is that of a program or a notebook.

    Parameters
    ----------
    name : str
        Of a file.

    Returns
    -------
    is_program : bool
        Upper and lower case are the same; ".py.txt" counts, too.
    """
    return suffix_of(name) in PROGRAMS


def is_archive(name: str) -> bool:
    """Whether a name is that of an archive, whether or not it can be read here.

    Parameters
    ----------
    name : str
        Of a file.

    Returns
    -------
    is_archive : bool
        True for a .zip, a .tar.gz, a .rar and the like.
    """
    return suffix_of(name) in (*ARCHIVES, *UNREADABLE_ARCHIVES)


def is_named_after(name: str, assignment: str) -> bool:
    """Whether a file is named after an assignment, with what platforms and browsers add to it.

    Parameters
    ----------
    name : str
        Of the file.
    assignment : str
        The name of the assignment.

    Returns
    -------
    is_named : bool
        False if the file is named after another assignment whose name is longer.

    Examples
    --------
    >>> is_named_after("convolution (1).py", "convolution")
    True
    >>> is_named_after("convolution_backward.py", "convolution")
    False
    """
    stem = without_copy_marks(stem_of(name))
    longer = [
        other
        for other in ASSIGNMENTS
        if len(other) > len(assignment) and other.endswith(assignment)
    ]
    is_named = re.fullmatch(rf"(.*[_\- ])?{assignment}", stem, re.IGNORECASE) is not None
    return is_named and not any(is_named_after(name, other) for other in longer)


def is_exactly(name: str, assignment: str) -> bool:
    """Whether a file has the name of an assignment, apart from what marks it as a copy.

    Parameters
    ----------
    name : str
        Of the file.
    assignment : str
        The name of the assignment.

    Returns
    -------
    is_exact : bool
        True for "Loss (1).py" and "Copy of loss.ipynb", False for "my_loss.py".
    """
    stem = COPY_PREFIX.sub("", without_copy_marks(stem_of(name)))
    return stem.casefold() == assignment.casefold()


def is_guide(name: str) -> bool:
    """Whether a file is a guiding notebook, which contains the stubs.

    Parameters
    ----------
    name : str
        Of the file.

    Returns
    -------
    is_guide : bool
        Whether its name ends with "_guide".
    """
    return without_copy_marks(stem_of(name)).lower().endswith("_guide")


def without_copy_marks(stem: str) -> str:
    """The name of a file without what marks it as a copy.

    Parameters
    ----------
    stem : str
        Of a file.

    Returns
    -------
    stem : str
        "loss" for "loss-Copy1 (2)".
    """
    while (shorter := COPY_MARK.sub("", stem)) not in (stem, ""):
        stem = shorter
    return stem


def copy_numbers(name: str) -> tuple[int, ...]:
    """Which copy a file is.

    Parameters
    ----------
    name : str
        Of the file.

    Returns
    -------
    numbers : tuple of int
        Of its marks, the first made first; a mark without a number counts as 1.

    Examples
    --------
    >>> copy_numbers("loss.py"), copy_numbers("loss (1).py"), copy_numbers("loss-2 (1).py")
    ((), (1,), (2, 1))
    """
    stem, numbers = stem_of(name), list[int]()
    while (found := COPY_MARK.search(stem)) and found.start():
        digits = [number for number in found.groupdict().values() if number]
        numbers.insert(0, int(digits[0][:9]) if digits else 1)
        stem = stem[: found.start()]
    return (1, *numbers) if COPY_PREFIX.match(stem) else tuple(numbers)
