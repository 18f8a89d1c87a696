"""Reading an instructor's files of hidden checks."""

import json
from pathlib import Path

from minivgg.classroom.bank import TASKS
from minivgg.classroom.results import Results
from minivgg.classroom.tasks import Case, Task
from minivgg.utils.files import StrPath
from minivgg.utils.suggest import suggest


def load_hidden_cases(folder: StrPath) -> dict[str, tuple[Case, ...]]:
    """The hidden checks of a folder.

    Parameters
    ----------
    folder : path
        With files TASK.json. Each is a list of {"about", "seed", "calls"}.

    Returns
    -------
    cases : dict
        {task name: cases}.

    Raises
    ------
    FileNotFoundError
        If there are no files.
    ValueError
        If an entry cannot be used. The message names the file and the entry.
    """
    paths = sorted(Path(folder).glob("*.json"))
    if not paths:
        raise FileNotFoundError(
            f"there are no hidden checks in {folder}: expected files such as conv_forward.json "
            "(assignment hidden creates them)"
        )
    found = {}
    for path in paths:
        if path.stem not in TASKS:
            suggestion = suggest(path.stem, TASKS)
            raise ValueError(
                f"{path}: there is no task {path.stem!r}: did you mean {suggestion!r}?"
            )
        try:
            entries = json.loads(path.read_text(encoding="utf-8"))
            found[path.stem] = tuple(Case.from_dict(entry) for entry in entries)
        except (ValueError, TypeError) as error:
            raise ValueError(f"{path}: {error}") from None
        _check_calls(TASKS[path.stem], found[path.stem], path)
    return found


def _check_calls(task: Task, cases: tuple[Case, ...], path: Path) -> None:
    """Raise ``ValueError`` for a case with which the function of a task cannot be called."""
    for case, (_, sentence, *_) in Results.from_function(task.implementation(), task, cases).errors:
        raise ValueError(
            f"{path}, {case.about!r}: {task.signature} cannot be called like this: {sentence}"
        )
