"""Tables 3 to 6 beside the paper's, and for each of its findings whether it is reproduced."""

from math import sqrt
from statistics import mean, stdev
from typing import NamedTuple

from benchmarks.paper.grid import FIXED, JITTER, LARGER, Cell
from minivgg.analysis import paper_tables
from minivgg.utils.tables import markdown

NETS = ["A", "A-LRN", "B", "B-5x5", "C", "D", "E"]
SCALES = {FIXED: "256", LARGER: "384", JITTER: "[256;512]"}  # of this grid: of the paper
MAX_NO_GAIN_POINTS = 1.0  # percentage points: less than that counts as no gain
# Student's t, 95 %, two-sided, by degrees of freedom
STUDENT_T = {1: 12.71, 2: 4.30, 3: 3.18, 4: 2.78, 5: 2.57, 6: 2.45, 8: 2.31, 10: 2.23}


class Finding(NamedTuple):
    """The paper's claim that ``better`` has a lower error than ``worse``, each (cells, test).

    equal: the claim is that it gains nothing.
    """

    claim: str
    paper: str
    worse: tuple
    better: tuple
    equal: bool = False


def _one(net, scale, test="single"):
    return [Cell(net, scale)], test


FUSED = [Cell("D", JITTER), Cell("E", JITTER)]
FINDINGS = [
    Finding(
        "depth helps: B (13 layers) against A (11)",
        "29.6 → 28.7",
        _one("A", FIXED),
        _one("B", FIXED),
    ),
    Finding(
        "depth helps: D (16 layers) against B (13)",
        "28.7 → 27.0",
        _one("B", FIXED),
        _one("D", FIXED),
    ),
    Finding(
        "it saturates: E (19 layers) gains nothing over D (16)",
        "27.0 → 27.3",
        _one("D", FIXED),
        _one("E", FIXED),
        equal=True,
    ),
    Finding(
        "LRN gains nothing: A-LRN against A",
        "29.6 → 29.7",
        _one("A", FIXED),
        _one("A-LRN", FIXED),
        equal=True,
    ),
    Finding(
        "more non-linearity helps: C (B and three 1×1) against B",
        "28.7 → 28.1",
        _one("B", FIXED),
        _one("C", FIXED),
    ),
    Finding(
        "spatial context helps: D (3×3) against C (1×1)",
        "28.1 → 27.0",
        _one("C", FIXED),
        _one("D", FIXED),
    ),
    Finding(
        "small filters help: B against B with a 5×5 for each pair of 3×3",
        "5×5: 7 % higher",
        _one("B-5x5", FIXED),
        _one("B", FIXED),
    ),
    Finding(
        "scale jitter at training helps: D", "27.0 → 25.6", _one("D", FIXED), _one("D", JITTER)
    ),
    Finding(
        "scale jitter at training helps: E", "27.3 → 25.5", _one("E", FIXED), _one("E", JITTER)
    ),
    Finding(
        "several scales at test help: D, jittered",
        "25.6 → 24.8",
        _one("D", JITTER),
        _one("D", JITTER, "multi-scale"),
    ),
    Finding(
        "several scales at test help: E, jittered",
        "25.5 → 24.8",
        _one("E", JITTER),
        _one("E", JITTER, "multi-scale"),
    ),
    Finding(
        "crops do a little better than dense: D",
        "24.8 → 24.6",
        _one("D", JITTER, "dense"),
        _one("D", JITTER, "multi-crop"),
    ),
    Finding(
        "both are better than crops alone: D",
        "24.6 → 24.4",
        _one("D", JITTER, "multi-crop"),
        _one("D", JITTER, "both"),
    ),
    Finding(
        "fusion helps: D + E against E",
        "24.8 → 24.0",
        _one("E", JITTER, "multi-scale"),
        (FUSED, "multi-scale"),
    ),
]


def report(results):
    """Lines of Markdown."""
    yield (
        "Top-1 error in %, mean ± standard deviation over seeds "
        "(in brackets the number of seeds, where it is below three)."
    )
    yield (
        "The data are others and the nets far smaller than the paper's: "
        "only differences within a column can be compared.\n"
    )
    single = _by_scale(results, "single", paper_tables.TABLE_3)
    yield f"## Table 3: a single test scale\n\n{single}"
    several = _by_scale(results, "multi-scale", paper_tables.TABLE_4)
    yield f"## Table 4: several test scales\n\n{several}"
    yield (
        "## Tables 5 and 6: dense, crops, both; and two nets fused "
        f"(S jittered, three scales, every fifth test image)\n\n{_by_protocol(results)}"
    )
    yield "## The paper's findings\n\n" + markdown(
        ("finding", "paper", "here", "difference", "verdict"), [_row(f, results) for f in FINDINGS]
    )


def _by_scale(results, test, paper):
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
            [_top1(paper.get(net, {}), name) for name in SCALES.values()],
            results,
        )
        for net in NETS
    ]
    return markdown(("net", *columns), rows)


def _by_protocol(results):
    fused = {
        name: [Cell(net, JITTER) for net in name.split(" + ")]
        for name in paper_tables.TABLES_5_AND_6
    }
    columns = [title for name in paper_tables.PROTOCOLS for title in (name, "paper")]
    rows = [
        _line(
            name,
            [cells] * 3,
            paper_tables.PROTOCOLS,
            [_top1(paper_tables.TABLES_5_AND_6[name], test) for test in paper_tables.PROTOCOLS],
            results,
        )
        for name, cells in fused.items()
    ]
    return markdown(("net", *columns), rows)


def _top1(errors, column):
    """The paper's top-1 error in a column of a table, "–" where it was not measured."""
    return errors[column][0] if column in errors else "–"


def _line(name, columns, tests, paper, results):
    """A row: the errors of the cells of each column in a test, beside the paper's."""
    return name, *(
        text
        for cells, test, error in zip(columns, tests, paper, strict=True)
        for text in (_cell(results.errors(cells, test)), error)
    )


def _row(finding, results):
    worse, better = (results.errors(*side) for side in (finding.worse, finding.better))
    # the same nets are on both sides
    paired = any(cell in finding.better[0] for cell in finding.worse[0])
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
    """(mean difference of the errors, half the width of its 95 % interval), by Student's t.

    paired: the same nets, seed by seed (other tests of one net); else two samples, whose degrees of
    freedom are Welch's, rounded down.
    """
    if paired:
        differences = [w - b for w, b in zip(worse, better, strict=True)]
        spread, freedom = stdev(differences) / sqrt(len(differences)), len(differences) - 1
    else:
        samples = worse, better
        variances = [stdev(errors) ** 2 / len(errors) for errors in samples]
        spread = sqrt(sum(variances))
        terms = [v**2 / (len(errors) - 1) for v, errors in zip(variances, samples, strict=True)]
        freedom = sum(variances) ** 2 / sum(terms) if sum(terms) else 1
    t = STUDENT_T[max(f for f in STUDENT_T if f <= max(1, freedom))]
    return mean(worse) - mean(better), t * spread


def verdict(found, noise, equal=False):
    """In words. No gain is shown only where even the upper end of the interval is small."""
    if equal and found > noise:
        return "not reproduced: it does gain"
    if equal:
        return "reproduced" if found + noise < MAX_NO_GAIN_POINTS else "within noise"
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
