"""Saying what wrong results have in common, where the bank has no mistake that explains them.

For each wrong output: in which cases it is wrong, and how it differs there from the right one. Each
sentence is an observation on the checks that were made.
"""

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.diagnosis.case_facts import Facts, facts_of
from minivgg.classroom.diagnosis.examples import write
from minivgg.classroom.diagnosis.how_wrong import describe_how
from minivgg.classroom.diagnosis.other_arguments import (
    describe_other_arguments,
    describe_other_shape,
    describe_sum,
)
from minivgg.classroom.diagnosis.time_budget import check_time
from minivgg.classroom.diagnosis.where_wrong import all_checks, describe_where, exact_rule
from minivgg.classroom.diagnosis.wrong_entries import describe_entries
from minivgg.classroom.results import Comparison, Results, compare_arrays

MAX_SENTENCES = 4


def describe_structure(
    results: Results, expected: Results, unexplained: Collection[str]
) -> tuple[str, ...]:
    """Sentences about the errors and the wrong outputs.

    Parameters
    ----------
    results, expected : Results
        A student's, and the right ones.
    unexplained : collection of str
        The outputs, or what is observed instead, that no known mistake explains.

    Returns
    -------
    sentences : tuple of str
        About one output each.
    """
    facts = [facts_of(results.task, case) for case in results.cases]
    comparisons = compare_arrays(results, expected)
    wrong = dict.fromkeys(c.name for c in comparisons if not c.is_right)
    sentences = [_about_failures(results, comparisons, facts)]
    for name in [name for name in wrong if name in unexplained]:
        check_time()
        own = [c for c in comparisons if c.name == name]
        if len({c.case for c in own}) == 1:  # what is observed in one case only
            about = results.cases[own[0].case].about
            sentences.append(f'{name} is wrong in the check "{about}".')
        elif results.task.observe is not None and not any(np.asarray(c.right).ndim for c in own):
            sentences.append(_about_number(own, facts))
        else:
            sentences.append(f"{name} is {_where(own, facts)}.{_how(results, own, facts)}")
    return tuple(filter(None, sentences))[:MAX_SENTENCES]


def _about_failures(
    results: Results, comparisons: Sequence[Comparison], facts: Sequence[Facts]
) -> str:
    """The cases that end in errors; together with the wrong ones, if this gives a simpler rule."""
    errors = [results.observed(i) is None for i in range(len(results))]
    if sum(errors) in (0, len(errors)):
        return ""
    if rule := exact_rule(facts, errors):
        return f"Your function ends in an error in {rule.inside}; no error in {rule.outside}."
    wrong = {c.case for c in comparisons if not c.is_right}
    failing = [error or i in wrong for i, error in enumerate(errors)]
    if rule := exact_rule(facts, failing):
        return (
            f"Your function fails in {rule.inside}, with an error in {sum(errors)} of them, and is "
            f"right in {rule.outside}."
        )
    where = describe_where(facts, errors, "an error").replace(", and right in", "; no error in")
    return f"Your function ends in {where}."


def _about_number(comparisons: Sequence[Comparison], facts: Sequence[Facts]) -> str:
    """Where an observed number, such as the share of zeros, is wrong, and what it is."""
    where = _where(comparisons, facts)
    first = next(c for c in comparisons if not c.is_right)
    if first.actual is None or first.right is None:
        return f"{first.name} is {where}."
    difference = f"{write(first.actual)} instead of {write(first.right)}"
    return f"{first.name} is {where}, for example {difference}."


def _where(comparisons: Sequence[Comparison], facts: Sequence[Facts]) -> str:
    """The cases in which an output is wrong, of those without errors."""
    cases = list(dict.fromkeys(c.case for c in comparisons))
    wrong = {c.case for c in comparisons if not c.is_right}
    words = describe_where([facts[i] for i in cases], [i in wrong for i in cases])
    if words:
        return words
    return f"wrong in {all_checks(len(cases))}"


def _how(results: Results, comparisons: Sequence[Comparison], facts: Sequence[Facts]) -> str:
    """How the wrong arrays of an output differ from the right ones, as a further sentence."""
    if others := describe_other_arguments(results.task, results, comparisons):
        return f" It is what the right function gives for {others}."
    wrong = [c for c in comparisons if not c.is_right]
    there = " There it " if len(wrong) < len(comparisons) else " It "
    groups = list(_by_kind(wrong))
    sentences = []
    for group in groups:
        found = _describe_group(results, group, facts)
        place = there if len(groups) == 1 else _place_of_group(group, comparisons, facts)
        if found:
            sentences.append(f"{place}{found}.")
    if shape := describe_other_shape(results.task, results, comparisons):
        sentences.append(f" Its shape is that for {shape}.")
    return "".join(sentences)


def _place_of_group(
    group: Sequence[Comparison], comparisons: Sequence[Comparison], facts: Sequence[Facts]
) -> str:
    """The cases of a group, by a rule if there is one."""
    cases = list(dict.fromkeys(c.case for c in comparisons))
    inside = {c.case for c in group}
    rule = exact_rule([facts[i] for i in cases], [i in inside for i in cases])
    return f" In {rule.inside} it " if rule else f" In {len(group)} of the wrong ones it "


def _by_kind(wrong: Sequence[Comparison]) -> Iterator[list[Comparison]]:
    """None, empty, another shape, nan or inf, and other numbers: each has its own cause."""
    kinds: dict[str, list[Comparison]] = {}
    for c in wrong:
        kinds.setdefault(_kind(c), []).append(c)
    yield from kinds.values()


def _kind(comparison: Comparison) -> str:
    actual, right = comparison.actual, comparison.right
    if actual is None or right is None:
        return "None"
    if actual.shape != right.shape:
        return "empty" if actual.size == 0 else "shape"
    return "finite" if _is_finite(actual) or not _is_finite(right) else "not finite"


def _is_finite(a: Array | None) -> bool:
    return bool(np.isfinite(np.asarray(a, float)).all())


def _describe_group(results: Results, group: Sequence[Comparison], facts: Sequence[Facts]) -> str:
    if any(c.actual is None or c.right is None for c in group):
        return "is None" if all(c.actual is None for c in group) else ""
    pairs = [(np.asarray(c.actual), np.asarray(c.right), facts[c.case]) for c in group]
    how = describe_how(pairs)
    if how.startswith("contains"):  # nan or inf: where?
        where = describe_entries(results, group).removeprefix("is wrong ")
        return f"{how}, {where.partition(', where')[0]}" if where else how
    if how or any(actual.shape != right.shape for actual, right, _ in pairs):
        return how
    return describe_sum(results, group) or describe_entries(results, group)
