"""Tables 3 to 6 beside the paper's, and for each of its findings whether it shows here, too."""

from math import sqrt
from statistics import mean, stdev
from typing import NamedTuple

from benchmarks.paper.grid import FIXED, JITTER, LARGER, Cell
from minivgg.analysis import paper_tables
from minivgg.utils.tables import markdown

SCALES = {FIXED: "256", LARGER: "384", JITTER: "[256;512]"}  # ours: the paper's
SMALL = 1.0  # percentage points: less than that counts as no gain
T = {
    1: 12.71,
    2: 4.30,
    3: 3.18,
    4: 2.78,
    5: 2.57,
    6: 2.45,
    8: 2.31,
    10: 2.23,
}  # Student's t, 95 %, two-sided, by degrees of freedom


class Finding(NamedTuple):
    """The paper's claim that ``better`` errs less than ``worse``, each (cells, test); or, with ``equal``, that it gains nothing."""

    claim: str
    paper: str
    worse: tuple
    better: tuple
    equal: bool = False


def _one(net, scale, test="single"):
    return [Cell(net, scale)], test


FUSED = [Cell("D", JITTER), Cell("E", JITTER)]
FINDINGS = [
    Finding("depth helps: B (13 layers) against A (11)", "29.6 → 28.7", _one("A", FIXED), _one("B", FIXED)),
    Finding("depth helps: D (16 layers) against B (13)", "28.7 → 27.0", _one("B", FIXED), _one("D", FIXED)),
    Finding("it saturates: E (19 layers) gains nothing over D (16)", "27.0 → 27.3", _one("D", FIXED), _one("E", FIXED), equal=True),
    Finding("LRN gains nothing: A-LRN against A", "29.6 → 29.7", _one("A", FIXED), _one("A-LRN", FIXED), equal=True),
    Finding("more non-linearity helps: C (B and three 1×1) against B", "28.7 → 28.1", _one("B", FIXED), _one("C", FIXED)),
    Finding("spatial context helps: D (3×3) against C (1×1)", "28.1 → 27.0", _one("C", FIXED), _one("D", FIXED)),
    Finding("small filters help: B against B with a 5×5 for each pair of 3×3", "5×5: 7 % higher", _one("B-5x5", FIXED), _one("B", FIXED)),
    Finding("scale jitter at training helps: D", "27.0 → 25.6", _one("D", FIXED), _one("D", JITTER)),
    Finding("scale jitter at training helps: E", "27.3 → 25.5", _one("E", FIXED), _one("E", JITTER)),
    Finding("several scales at test help: D, jittered", "25.6 → 24.8", _one("D", JITTER), _one("D", JITTER, "multi-scale")),
    Finding("several scales at test help: E, jittered", "25.5 → 24.8", _one("E", JITTER), _one("E", JITTER, "multi-scale")),
    Finding("crops do a little better than dense: D", "24.8 → 24.6", _one("D", JITTER, "dense"), _one("D", JITTER, "multi-crop")),
    Finding("both are better than crops alone: D", "24.6 → 24.4", _one("D", JITTER, "multi-crop"), _one("D", JITTER, "both")),
    Finding("fusion helps: D + E against E", "24.8 → 24.0", _one("E", JITTER, "multi-scale"), (FUSED, "multi-scale")),
]  # fmt: skip


def report(results):
    """Lines of Markdown."""
    yield "Top-1 error in %, mean ± standard deviation over seeds (in brackets: of how many, where fewer than three are trained yet)."
    yield "Other data and far smaller nets than the paper's: only differences within a column can be compared.\n"
    yield "## Table 3: a single test scale\n\n" + _by_scale(
        results, ["A", "A-LRN", "B", "B-5x5", "C", "D", "E"], "single", paper_tables.TABLE_3
    )
    yield "## Table 4: several test scales\n\n" + _by_scale(
        results, ["A", "A-LRN", "B", "B-5x5", "C", "D", "E"], "multi-scale", paper_tables.TABLE_4
    )
    yield (
        "## Tables 5 and 6: dense, crops, both; and two nets fused (S jittered, three scales, every fifth test image)\n\n"
        + _by_way(results)
    )
    yield "## The paper's findings\n\n" + markdown(
        ("finding", "paper", "here", "difference", "verdict"), [_row(f, results) for f in FINDINGS]
    )


def _by_scale(results, nets, test, theirs):
    columns = [
        title
        for scale, name in SCALES.items()
        for title in (f"S = {_scale(scale)}", f"paper, S = {name}")
    ]
    rows = [
        _line(
            net,
            [[Cell(net, s)] for s in SCALES],
            [test] * 3,
            [_top1(theirs.get(net, {}), name) for name in SCALES.values()],
            results,
        )
        for net in nets
    ]
    return markdown(("net", *columns), rows)


def _by_way(results):
    fused = {
        name: [Cell(net, JITTER) for net in name.split(" + ")]
        for name in paper_tables.TABLES_5_AND_6
    }
    columns = [title for way in paper_tables.PROTOCOLS for title in (way, "paper")]
    rows = [
        _line(
            name,
            [cells] * 3,
            paper_tables.PROTOCOLS,
            [_top1(paper_tables.TABLES_5_AND_6[name], way) for way in paper_tables.PROTOCOLS],
            results,
        )
        for name, cells in fused.items()
    ]
    return markdown(("net", *columns), rows)


def _top1(errors, column):
    """The paper's top-1 error in a column of a table, "–" where it was not measured."""
    return errors[column][0] if column in errors else "–"


def _line(name, cells, tests, theirs, results):
    """A row: the errors of these cells in these tests, each beside the paper's."""
    return name, *(
        cell
        for some, test, error in zip(cells, tests, theirs, strict=True)
        for cell in (_cell(results.errors(some, test)), error)
    )


def _row(finding, results):
    worse, better = (results.errors(*side) for side in (finding.worse, finding.better))
    paired = any(
        cell in finding.better[0] for cell in finding.worse[0]
    )  # some of the very same nets are on both sides
    seeds = worse.keys() & better.keys()
    worse, better = (
        [e for seed, e in errors.items() if seed in seeds or not paired]
        for errors in (worse, better)
    )
    if min(len(worse), len(better)) < 2:
        return finding.claim, finding.paper, "–", "–", "not measured yet"
    found, noise = compared(worse, better, paired)
    return (
        finding.claim,
        finding.paper,
        f"{mean(worse):.2f} → {mean(better):.2f}",
        f"{found:+.2f} ± {noise:.2f}",
        verdict(found, noise, finding.equal),
    )


def compared(worse, better, paired):
    """(how much more the worse errs, half the width of the 95 % interval of that), by Student's t.

    paired: the same nets, seed by seed (other tests of one net); else two samples, whose degrees of freedom are Welch's, rounded down.
    """
    if paired:
        differences = [w - b for w, b in zip(worse, better, strict=True)]
        spread, freedom = stdev(differences) / sqrt(len(differences)), len(differences) - 1
    else:
        parts = [stdev(errors) ** 2 / len(errors) for errors in (worse, better)]
        spread, shares = (
            sqrt(sum(parts)),
            [part**2 / (len(e) - 1) for part, e in zip(parts, (worse, better), strict=True)],
        )
        freedom = sum(parts) ** 2 / sum(shares) if sum(shares) else 1
    t = T[max(f for f in T if f <= max(1, freedom))]
    return mean(worse) - mean(better), t * spread


def verdict(found, noise, equal=False):
    """In words. That there is no gain is shown only where even the upper end of the interval is a small one."""
    if equal and found > noise:
        return "not reproduced: it does gain"
    if equal:
        return "reproduced" if found + noise < SMALL else "within noise"
    if abs(found) <= noise:
        return "within noise"
    return "reproduced" if found > 0 else "the opposite here"


def _cell(by_seed):
    errors = list(by_seed.values())
    if not errors:
        return "–"
    spread = f" ± {stdev(errors):.2f}" if len(errors) > 1 else ""
    return f"{mean(errors):.2f}{spread}" + (f" ({len(errors)})" if len(errors) < 3 else "")


def _scale(scale):
    return f"[{scale[0]};{scale[1]}]" if isinstance(scale, tuple) else scale
