"""In which cases a result is wrong: "right in all 9 checks with padding 0, wrong in all others"."""

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from minivgg.classroom.diagnosis.case_facts import CONDITIONS, Condition, Facts, known_for_all

MIN_CASES = 2  # on each side, so a condition does not rest on a single case
MIN_WRONG = 3  # wrong cases, and right ones, for a rule that is not exact


class Rule(NamedTuple):
    """A rule that divides the cases.

    Parameters
    ----------
    wrong : tuple of bool
        For each case whether the rule holds.
    phrase, otherwise : str
        The cases where it holds, and the others, in words that follow "checks".
    """

    wrong: tuple[bool, ...]
    phrase: str
    otherwise: str

    @property
    def inside(self) -> str:
        """The cases where the rule holds: "all 8 checks with padding 0"."""
        return f"{all_checks(sum(self.wrong))} {self.phrase}"

    @property
    def outside(self) -> str:
        """The other cases: "all 9 with padding"."""
        rest = all_checks(len(self.wrong) - sum(self.wrong))
        return f"{rest.removesuffix(' checks').removesuffix(' check')} {self.otherwise}"


def exact_rule(facts: Sequence[Facts], wrong: Sequence[bool]) -> Rule | None:
    """The simplest rule that holds in the wrong cases and in no other.

    Parameters
    ----------
    facts : sequence of dict
        Of each case.
    wrong : sequence of bool
        For each case.

    Returns
    -------
    rule : Rule, optional
        None if there is no such rule.

    Examples
    --------
    >>> facts = [{"padding": 0}, {"padding": 0}, {"padding": 1}, {"padding": 2}]
    >>> rule = exact_rule(facts, [False, False, True, True])
    >>> rule.inside, rule.outside
    ('both checks with padding', 'both with padding 0')
    """
    return next((rule for rule in _rules(facts) if list(rule.wrong) == list(wrong)), None)


def describe_where(facts: Sequence[Facts], wrong: Sequence[bool], verb: str = "wrong") -> str:
    """What distinguishes the wrong cases from the right ones.

    Parameters
    ----------
    facts : sequence of dict
        Of each case.
    wrong : sequence of bool
        For each case.
    verb : str
        What the wrong cases are: "wrong", or "an error".

    Returns
    -------
    sentence : str
        Without its subject; "" if all cases are wrong, or none is.

    Examples
    --------
    >>> facts = [{"padding": 0}, {"padding": 0}, {"padding": 1}, {"padding": 2}]
    >>> describe_where(facts, [True, True, False, False])
    'wrong in both checks with padding 0, and right in both with padding'
    """
    if sum(wrong) in (0, len(wrong)):
        return ""
    if rule := exact_rule(facts, wrong):
        return f"{verb} in {rule.inside}, and right in {rule.outside}"
    return _one_sided(facts, wrong, verb)


def all_checks(count: int) -> str:
    """All of so many checks, in words.

    Parameters
    ----------
    count : int
        At least 1.

    Returns
    -------
    words : str
        "all 3 checks", for example.
    """
    names = {1: "the only check", 2: "both checks"}
    return names.get(count, f"all {count} checks")


def _rules(facts: Sequence[Facts]) -> Iterator[Rule]:
    """Single conditions, then "both" and "either" of two, that divide the cases."""
    singles: list[Rule] = []
    for condition in CONDITIONS:
        singles += _both_ways(condition, facts)
    yield from singles
    for a, b in itertools.combinations(singles, 2):
        both = tuple(p and q for p, q in zip(a.wrong, b.wrong, strict=True))
        # each of the two excludes cases that the other one does not
        if min(sum(a.wrong), sum(b.wrong)) - MIN_CASES >= sum(both) >= MIN_CASES:
            yield Rule(both, f"{a.phrase} and {b.phrase}", "of the others")
            either = tuple(not wrong for wrong in both)
            yield Rule(either, f"{a.otherwise} or {b.otherwise}", f"{a.phrase} and {b.phrase}")


def _both_ways(condition: Condition, facts: Sequence[Facts]) -> list[Rule]:
    holds = known_for_all(condition, list(facts))
    if holds is None or not MIN_CASES <= sum(holds) <= len(holds) - MIN_CASES:
        return []
    fails = tuple(not value for value in holds)
    return [
        Rule(tuple(holds), condition.phrase, condition.otherwise),
        Rule(fails, condition.otherwise, condition.phrase),
    ]


def _one_sided(facts: Sequence[Facts], wrong: Sequence[bool], verb: str) -> str:
    """A condition without which nothing is wrong, or with which everything is."""
    if sum(wrong) < MIN_WRONG:
        return f"{verb} in {sum(wrong)} of {len(wrong)} checks"
    rules = [rule for condition in CONDITIONS for rule in _both_ways(condition, facts)]
    always, never = [], []
    for rule in rules:
        inside = [w for w, is_inside in zip(wrong, rule.wrong, strict=True) if is_inside]
        outside = [w for w, is_inside in zip(wrong, rule.wrong, strict=True) if not is_inside]
        if not any(outside) and len(outside) >= MIN_WRONG and 3 * sum(inside) >= 2 * len(inside):
            never.append((len(outside), rule, inside))
        if all(inside) and len(inside) > 2:
            always.append((len(inside), rule, outside))
    if never:
        rest, rule, inside = max(never, key=lambda entry: entry[0])
        return (
            f"{verb} in {sum(inside)} of the {len(inside)} checks {rule.phrase}, and right in all "
            f"{rest} {rule.otherwise}"
        )
    if always:
        count, rule, outside = max(always, key=lambda entry: entry[0])
        if sum(outside) <= len(outside) / 4:
            return (
                f"{verb} in all {count} checks {rule.phrase}, and in {sum(outside)} of the "
                f"{len(outside)} {rule.otherwise}"
            )
    return f"{verb} in {sum(wrong)} of {len(wrong)} checks"
