"""What a submission imports for its demonstrations: in grading, it does nothing.

``check`` and pictures, the display of Jupyter, the files of Colab, progress bars. Other parts of
minivgg are refused.
"""

import builtins
import types
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NoReturn

REFERENCE_MODULE = "minivgg.classroom.reference_solutions"
DO_NOTHING = ("IPython", "google.colab", "ipywidgets", "ssl")  # with all that is in them
IF_MISSING = ("matplotlib", "pandas", "seaborn")  # are not needed to solve an assignment
PROGRESS_BARS = "tqdm"
FOR_STUDENTS = ("check", "guess", "hint", "slider", "solution")  # of minivgg.classroom
SET_BY_JUPYTER = ("display", "get_ipython")


class Nothing:
    """Every attribute of it and every result of calling it is itself."""

    def __getattr__(self, name: str) -> "Nothing":
        if name.startswith("__"):  # what Python asks for, which is not there
            raise AttributeError(name)
        return self

    def __call__(self, *arguments: Any, **options: Any) -> "Nothing":
        """Do nothing."""
        return self

    def __getitem__(self, index: object) -> "Nothing":
        return self

    def __mul__(self, other: object) -> "Nothing":
        return self

    def __rmul__(self, other: object) -> "Nothing":
        return self

    def __round__(self, digits: int = 0) -> "Nothing":
        return self

    def __enter__(self) -> "Nothing":
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __format__(self, form: str) -> str:
        return ""

    def __repr__(self) -> str:
        return ""


class ProgressBar(Nothing):
    """Every function and module of tqdm: it iterates, and shows nothing.

    Parameters
    ----------
    iterable : iterable
        Whose items it gives.
    """

    def __init__(self, iterable: Iterable[Any] = ()) -> None:
        self._iterable = iterable

    def __call__(self, iterable: Iterable[Any] = (), *_: Any, **options: Any) -> "ProgressBar":
        """As ``tqdm(iterable)``."""
        return ProgressBar(options.get("iterable", iterable))

    def trange(self, *arguments: int, **_: object) -> "ProgressBar":
        """As ``tqdm(range(...))``."""
        return ProgressBar(range(*arguments))

    def __iter__(self) -> Iterator[Any]:
        return iter(self._iterable)


NOTHING, PROGRESS = Nothing(), ProgressBar()


def refusal(name: str) -> ImportError:
    """The error for an import of a deep learning library, or of a part of minivgg.

    Parameters
    ----------
    name : str
        Of the module.

    Returns
    -------
    error : ImportError
        To be raised.
    """
    return ImportError(f"imports {name}: the assignments are solved with NumPy alone")


def later_function(name: str) -> Callable[..., NoReturn]:
    """The reference solution of a later assignment, which can be imported, but not called.

    It could contain the answer.

    Parameters
    ----------
    name : str
        Of the function.

    Returns
    -------
    function : function
        It raises an ImportError.
    """

    def later(*arguments: object, **options: object) -> NoReturn:
        raise ImportError(
            f"calls the reference solution of {name}, which belongs to a later assignment"
        )

    later.__name__ = name
    return later


def stand_ins(references: types.ModuleType | None, guided: str) -> dict[str, types.ModuleType]:
    """The modules of minivgg that a submission gets.

    Parameters
    ----------
    references : module, optional
        The reference solutions that it may import.
    guided : str
        The file that a guiding notebook imports, which is not graded with it; "" for none.

    Returns
    -------
    modules : dict
        {name: module}.
    """
    classroom = _module("minivgg.classroom", **dict.fromkeys(FOR_STUDENTS, NOTHING))
    plots = _module("minivgg.plots", figures=NOTHING)
    package = _module("minivgg", classroom=classroom, plots=plots, __version__="")
    modules = {module.__name__: module for module in (package, classroom, plots)}
    if references is not None:
        vars(classroom)["reference_solutions"] = references
        modules[REFERENCE_MODULE] = references
    if guided:
        modules[guided] = types.ModuleType(guided)
    return modules


def find(
    name: str, wanted: Iterable[str], modules: dict[str, types.ModuleType]
) -> types.ModuleType | Nothing | None:
    """What an import statement gets instead of a module.

    Parameters
    ----------
    name : str
        Of the module.
    wanted : iterable of str
        The names after ``from name import``.
    modules : dict
        From ``stand_ins``.

    Returns
    -------
    module : object, optional
        None if there is no stand-in, or if it has not all that is wanted.
    """
    if name in modules:
        if not wanted:  # import a.b gives a
            return modules[name.partition(".")[0]]
        has_all = all(one in vars(modules[name]) or one == "*" for one in wanted)
        return modules[name] if has_all or name == REFERENCE_MODULE else None
    if _is_part(name, DO_NOTHING):
        return NOTHING
    return PROGRESS if _is_part(name, (PROGRESS_BARS,)) else None


def find_for_missing(name: str) -> Nothing | None:
    """What an import statement gets instead of a module that is not installed.

    Parameters
    ----------
    name : str
        Of the module.

    Returns
    -------
    module : Nothing, optional
        None if there is no stand-in.
    """
    return NOTHING if _is_part(name, IF_MISSING) else None


def set_names_of_jupyter() -> None:
    """A script that was a notebook calls ``get_ipython().run_line_magic("matplotlib", ...)``."""
    for name in SET_BY_JUPYTER:
        setattr(builtins, name, NOTHING)


def _is_part(name: str, packages: Iterable[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def _module(name: str, **contents: object) -> types.ModuleType:
    """A module that refuses all names but these."""

    def refuse(wanted: str) -> None:
        if wanted.startswith("__"):
            raise AttributeError(wanted)
        raise refusal(f"{name}.{wanted}")

    module = types.ModuleType(name)
    # as that of a package: an import of what would be in it asks the finder, which refuses it
    vars(module).update(contents, __getattr__=refuse, __path__=[])
    return module
