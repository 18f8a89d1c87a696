"""The message about a wrong answer: its mistakes with hints, diagnoses, an example."""

import re
from collections.abc import Sequence

from minivgg.classroom.diagnosis.errors import error_hint
from minivgg.classroom.diagnosis.examples import describe_example, smallest_wrong
from minivgg.classroom.diagnosis.known_mistakes import Explanation
from minivgg.classroom.results import Results, compare_arrays
from minivgg.classroom.tasks import Case, Task
from minivgg.classroom.worker.calls import ErrorRecord

MAX_ERRORS = 2  # of different kinds or lines
NO_INPUT = "EOF when reading a line"  # what Python says of input() without a keyboard

# Mistakes that any function can have, whatever its task.
WRITES, STATEFUL, ORDER = "writes-into-arguments", "remembers-or-draws", "results-in-another-order"
NOTHING, NOT_WRITTEN = "returns-nothing", "not-written"
ONE_ARGUMENT = "one of its arguments"
GENERAL_MISTAKES = {
    WRITES: f"Your function changes {ONE_ARGUMENT}. Work on a copy, or create a new array.",
    STATEFUL: "Your function gives different results for two equal calls. Do not keep anything "
    "from one call to the next, and draw random numbers only from a generator that is an argument.",
    ORDER: "Your outputs are correct, but the task asks for another order.",
    NOTHING: "Your function returns None. Is a return statement missing?",
    NOT_WRITTEN: "not written yet.",
}


def failure_message(
    results: Results,
    expected: Results,
    correct: Sequence[dict[str, bool]],
    explanation: Explanation,
    general: Sequence[str],
    diagnoses: Sequence[str],
    checks: str,
) -> str:
    """How much is right, the mistakes with hints, the diagnoses, an example, and an error.

    Parameters
    ----------
    results, expected : Results
        A student's, and the right ones.
    correct : sequence of dict
        For each case {output: whether it is right}.
    explanation : Explanation
        The mistakes of the task that explain the results.
    general : sequence of str
        Names of ``GENERAL_MISTAKES``.
    diagnoses : sequence of str
        What the results that no mistake explains have in common.
    checks : {"public checks", "hidden checks"}
        What the cases are called.

    Returns
    -------
    message : str
        Of several lines.
    """
    task = results.task
    lines = [f"{task.name}: not correct yet: {_count_passed(correct, checks)}"]
    if explanation.mistakes and explanation.apart_from_errors:
        lines.append("Where it does not end in an error, your function makes this mistake:")
    elif explanation.mistakes and not explanation.certain:
        lines.append("Most cases look like this mistake:")
    lines += [describe_mistake(task, name) for name in explanation.mistakes]
    lines += [f"{name}: {_describe_general(name, results)}" for name in general]
    lines += diagnoses
    lines += _example(results, expected, explanation)
    lines += _describe_errors(results)
    return "\n".join(lines)


def _describe_general(name: str, results: Results) -> str:
    sentence = GENERAL_MISTAKES[name]
    if name == WRITES:
        names = [results.task.argument_names[k] for k in results.changed_arguments]
        sentence = sentence.replace(ONE_ARGUMENT, f"{' and '.join(names)} in place")
    return sentence


def _describe_errors(results: Results) -> list[str]:
    """The first error of each kind and line, with its hint and how often it occurred."""
    groups: dict[tuple[str, object], list[tuple[Case, ErrorRecord]]] = {}
    for case, error in results.errors:
        groups.setdefault((error[0], error[2]), []).append((case, error))
    lines = []
    for found in sorted(groups.values(), key=len, reverse=True)[:MAX_ERRORS]:
        case, error = found[0]
        times = f" (in {len(found)} checks)" if len(found) > 1 and len(groups) > 1 else ""
        lines.append(f"{case.about}: {describe_error(*error)}{times}")
        lines += _error_hint(results.task, error)
    return lines


def _example(results: Results, expected: Results, explanation: Explanation) -> list[str]:
    """The smallest wrong case; if possible, of an output that no mistake explains."""
    comparisons = compare_arrays(results, expected)
    unexplained = [c for c in comparisons if c.name not in explanation.explained]
    found = smallest_wrong(results, unexplained) or smallest_wrong(results, comparisons)
    return describe_example(results, found) if found else []


def _error_hint(task: Task, error: ErrorRecord) -> list[str]:
    kind, sentence, _, code = error
    hint = error_hint(kind, sentence, task.signature, ", ".join(task.returns))
    if code.startswith("raise "):
        hint = "Your function raises this error itself. The task allows this case."
    return [hint] if hint else []


def _count_passed(correct: Sequence[dict[str, bool]], checks: str) -> str:
    passed, count = sum(all(outputs.values()) for outputs in correct), len(correct)
    if passed == count:
        return f"all {checks} passed, but there is another problem."
    outputs = [is_right for outputs in correct for is_right in outputs.values()]
    if sum(outputs) == sum(len(o) for o in correct if all(o.values())):
        return f"{passed} of {count} {checks} passed."
    right = f"{sum(outputs)} of {len(outputs)} outputs are right"
    return f"{passed} of {count} {checks} passed completely; {right}."


def describe_failure(task: Task, error: ErrorRecord) -> str:
    """The message for a function that fails in every case.

    Parameters
    ----------
    task : Task
        That the function is to solve.
    error : list
        The exception.

    Returns
    -------
    message : str
        Of one or two lines.
    """
    first = f"{task.name}: fails in every case: {describe_error(*error)}"
    return "\n".join([first, *_error_hint(task, error)])


def describe_error(kind: str, sentence: str, line: int | str | None, code: str = "") -> str:
    """An exception as a sentence; without its kind where the sentence is enough.

    Parameters
    ----------
    kind : str
        The name of the exception.
    sentence : str
        Its message.
    line : int or str, optional
        Of the student's file; "2 of cell 5" in a notebook.
    code : str
        This line.

    Returns
    -------
    sentence : str
        Without a full stop.

    Examples
    --------
    >>> describe_error("IndexError", "list index out of range", 7, "a = shape[4]")
    'IndexError in line 7: list index out of range, in: a = shape[4]'
    """
    end = f", in: {code}" if code else ""
    if kind == "EOFError" and sentence == NO_INPUT:
        return (f"line {line}: " if line else "") + "input() cannot be used during grading"
    if is_memory_error(kind):
        subject = f"line {line} " if line else ""
        return f"{subject}{describe_memory_error(sentence)}{end}"
    if kind in ("Forbidden", "SystemExit") or (
        kind == "ImportError" and sentence.startswith("imports ")
    ):
        return f"line {line} {sentence}" if line else sentence
    place = f" in line {line}" if line else ""
    return f"{kind}{place}: {sentence}{end}"


def is_memory_error(kind: str) -> bool:
    """Whether an exception says that there is too little memory.

    Parameters
    ----------
    kind : str
        The name of the exception.

    Returns
    -------
    is_one : bool
        Also for that of NumPy.
    """
    return kind in ("MemoryError", "_ArrayMemoryError")


def describe_memory_error(sentence: str, limit: str = "allowed") -> str:
    """A lack of memory as a sentence without its subject.

    Parameters
    ----------
    sentence : str
        The message of the exception, or what this function returned for it.
    limit : str
        What was exceeded.

    Returns
    -------
    sentence : str
        With the size of the array, if NumPy says it.

    Examples
    --------
    >>> describe_memory_error("MemoryError", "the limit of 1024 MB")
    'needs more memory than the limit of 1024 MB'
    """
    if sentence.startswith(("needs more memory than ", "returns more than ")):
        return sentence
    size = re.search(r"allocate ([\d.]+) ([KMGTPE]i?B)", sentence)
    array = f" for an array of {size[1].rstrip('.')} {size[2]}" if size else ""
    return f"needs more memory than {limit}{array}"


def describe_mistake(task: Task, name: str) -> str:
    """A mistake of a task in one line.

    Parameters
    ----------
    task : Task
        Whose mistake it is.
    name : str
        Of the mistake.

    Returns
    -------
    line : str
        Symptom, hint, and the lesson to read again.
    """
    m = task.find_mistake(name)
    return f"{m.name}: {m.symptom} {m.hint} Reread lesson {m.lesson}."


def describe_conventions(task: Task, names: Sequence[str]) -> str:
    """A line for each recognised convention.

    Parameters
    ----------
    task : Task
        Whose conventions they are.
    names : sequence of str
        Of the conventions.

    Returns
    -------
    lines : str
        Each begins with a line break.
    """
    mistakes = [task.find_mistake(name) for name in names]
    lines = [f"A convention, not a mistake ({m.name}): {m.symptom} {m.hint}" for m in mistakes]
    return "".join(f"\n{line}" for line in lines)
