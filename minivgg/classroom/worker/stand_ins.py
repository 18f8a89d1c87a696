"""What a notebook imports for its own cells, such as ``check``: in grading, it does nothing.

The cells that use it are not run then, but its imports are, together with the functions.
"""

import types
from typing import Any


class Nothing:
    """Every attribute of it and every result of calling it is itself."""

    def __getattr__(self, name: str) -> "Nothing":
        if name.startswith("__"):  # what Python asks for, which is not there
            raise AttributeError(name)
        return self

    def __call__(self, *arguments: object, **options: object) -> "Nothing":
        """Do nothing."""
        return self


def stand_ins(references: types.ModuleType | None, guided: str) -> dict[str, types.ModuleType]:
    """The modules that a submission gets in the place of others.

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
    contents: dict[str, dict[str, Any]] = {
        "minivgg.classroom": {"check": Nothing(), "hint": Nothing()},
        "minivgg.plots": {"figures": Nothing()},
    }
    if references is not None:
        contents["minivgg.classroom"]["reference_solutions"] = references
    if guided:
        contents[guided] = {}
    modules = {name: types.ModuleType(name) for name in contents}
    for name, module in modules.items():
        vars(module).update(contents[name])
    return modules
