"""What is said of a wrong answer: the mistakes with their hints, or the first difference; and a picture of it."""

import numpy as np

from minivgg.classroom.results import agree, exact

# What is wrong with any function, whatever its task.
GENERAL = {
    (
        WRITES := "writes-into-arguments"
    ): "it changes an argument that the caller still needs. Work on a copy, or make a new array.",
    (
        RANDOM := "remembers-or-draws"
    ): "the same call gives two different results. Nothing may be kept from one call for another.",
    (
        ORDER := "results-in-another-order"
    ): "all results are right, but they come in another order than the task asks for.",
    (NOTHING := "returns-nothing"): "it returns None: is a return missing?",
    (NOT_WRITTEN := "not-written"): "not written yet.",
}


def message(series, right, parts, names, surely, where):
    """What is said of a wrong answer: how much is right; the mistakes with their hints, or else the first difference."""
    good, of = sum(all(part.values()) for part in parts), len(parts)
    task = series.task
    share = sum(is_right for part in parts for is_right in part.values()) / sum(map(len, parts))
    part = f" ({100 * share:.0f} % of their parts are right)" if share - good / of > 0.005 else ""
    first = f"all {where} passed, but" if good == of else f"{good} of {of} {where} passed{part}."
    lines = [f"{task.name}: not yet: {first}"]
    if not surely and any(name not in GENERAL for name in names):
        lines.append("In most cases it looks like this:")
    lines += [
        f"{name}: {GENERAL[name]}" if name in GENERAL else describe(task, name) for name in names
    ]
    if not surely or all(name in (WRITES, RANDOM) for name in names):
        lines += _difference(series, right, parts)
    lines += [f"{case.about}: {of_error(*error)}" for case, error in series.errors[:1]]
    return "\n".join(lines)


def of_error(kind, sentence, line):
    """An exception in a sentence; the kind is left out where the sentence says it all."""
    place = f" in line {line}" if line else ""
    return (
        f"{sentence}{place}"
        if kind in ("Forbidden", "SystemExit")
        else f"{kind}{place}: {sentence}"
    )


def describe(task, name):
    """A mistake of a task in a line: symptom, hint, lesson."""
    m = task.mistake(name)
    return f"{m.name}: {m.symptom} {m.hint} Reread lesson {m.lesson}."


def conventions_in_words(task, conventions):
    """A sentence for each recognised convention."""
    texts = [f"{task.mistake(name).symptom} {task.mistake(name).hint}" for name in conventions]
    return "".join(
        f"\nA convention, not a mistake ({name}): {text}"
        for name, text in zip(conventions, texts, strict=True)
    )


def _difference(series, right, parts):
    """The first wrong case in words: what passes, what does not, and where."""
    task = series.task
    fine = [
        case.about for case, part in zip(series.cases, parts, strict=True) if all(part.values())
    ]
    lines = ["Right: " + "; ".join(fine) + "."] if fine else []
    for i, part in enumerate(parts):
        wrong = [name for name, is_right in part.items() if not is_right]
        if not wrong or series.arrays(i) is None:
            continue
        if task.observe is not None:
            lines.append(f"Wrong: {series.cases[i].about}: {', '.join(wrong)}.")
            return lines
        k = task.returns.index(wrong[0])
        for want, have in zip(
            (c[k] for c in right.arrays(i)), (c[k] for c in series.arrays(i)), strict=True
        ):
            if not agree(have, want) or not exact(want, have):
                lines.append(
                    f"Wrong: {series.cases[i].about} ({_shown(series.cases[i])}): {wrong[0]} {_where(have, want)}"
                )
                return lines
    return lines


def _where(have, want):
    if want is None or have is None:
        return f"should be {'None' if want is None else 'an array'}, and is {'None' if have is None else 'an array'}."
    if have.shape != want.shape:
        return f"should have the shape {want.shape}, and has {have.shape}."
    if not want.shape:
        return f"should be {want:.6g}, and is {have:.6g}."
    gap = np.where(np.isfinite(have.astype(float)), np.abs(have.astype(float) - want), np.inf)
    place = tuple(map(int, np.unravel_index(gap.argmax(), gap.shape)))
    index = ", ".join(map(str, place))
    return f"[{index}] should be {want[place]:.6g}, and is {have[place]:.6g}."


def _shown(case):
    """The arguments of a case's first call, in short."""
    return ", ".join(_brief(value) for value in case.drawn()[0])


def _brief(value):
    if isinstance(value, np.ndarray):
        return "×".join(map(str, value.shape)) if value.ndim else "a number"
    if isinstance(value, dict):
        return next(iter(value))
    return str(value) if len(str(value)) < 40 else f"{type(value).__name__} of {len(value)}"


def picture(series, right, parts):
    """A function that draws a wrong array beside the right one, the smallest there is; None where there is nothing to see."""
    task = series.task
    if task.observe is not None:
        return None
    found = []
    for i, part in enumerate(parts):
        for k, name in enumerate(task.returns):
            if part.get(name, True) or series.arrays(i) is None:
                continue
            for want, have in zip(
                (c[k] for c in right.arrays(i)), (c[k] for c in series.arrays(i)), strict=True
            ):
                if (
                    want is not None
                    and have is not None
                    and want.ndim >= 2
                    and have.shape == want.shape
                    and not agree(have, want)
                ):
                    found.append((want, have, f"{name}, {series.cases[i].about}"))
    if not found:
        return None
    smallest = min(found, key=lambda one: one[0].shape[-2] * one[0].shape[-1])
    return lambda: _drawn(*smallest)


def _drawn(want, have, title):
    from minivgg.plots import figures

    last = want.shape[-2:]
    gaps = np.abs(have.astype(float) - want).reshape(-1, *last).max(axis=(1, 2))
    which = int(np.nanargmax(np.where(np.isfinite(gaps), gaps, np.inf)))
    return figures.wrong_entries(
        want.reshape(-1, *last)[which], have.reshape(-1, *last)[which], title
    )
