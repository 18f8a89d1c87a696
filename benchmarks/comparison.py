"""Rows of the tables in which libraries take turns."""

from statistics import median

from benchmarks.measure import against, take_turns
from benchmarks.peers import PEERS

OURS = next(iter(PEERS))
TORCH = ("PyTorch, NCHW", "PyTorch, channels last")
ENGINES = ("ONNX Runtime", "OpenVINO", "MNN", "ncnn")  # for inference, on minivgg's own weights


def forward_and_backward(names, turns, engines=()):
    """Rows of forward and backward times. engines: those that compute forward only."""
    libraries = {"forward": (OURS, *TORCH, *engines), "backward": (OURS, *TORCH)}
    titles = [
        f"{kind}, ms: {' | '.join(peers)} | ratio to the fastest other"
        for kind, peers in libraries.items()
    ]
    columns = 1 + sum(len(peers) + 1 for peers in libraries.values())
    yield f"| | {' | '.join(titles)} |"
    yield "|---" * columns + "|"
    found = {}
    for workload, title in names:
        cells = []
        for kind, peers in libraries.items():
            workers = take_turns(peers, kind, workload, turns)
            if kind == "forward":
                found[title] = workers
            cells += [
                f"{1e3 * median(workers[p].seconds):.2f}" if p in workers else "–" for p in peers
            ]
            best, ratio = fastest(workers)
            cells.append(f"**{ratio:.2f}** ({best})")
        yield f"| {title} | {' | '.join(cells)} |"
    yield from differences(found)


def differences(found):
    """A table of the engines' differences from minivgg. found: {workload: {peer: worker}}."""
    engines = [p for p in ENGINES if any(p in workers for workers in found.values())]
    if not engines:
        return
    yield ""
    yield "Largest difference from minivgg's output, over its largest number:"
    yield ""
    yield f"| | {' | '.join(engines)} |"
    yield "|---" * (len(engines) + 1) + "|"
    for title, workers in found.items():
        if any(p in workers for p in engines):
            cells = [f"{workers[p].difference:.1e}" if p in workers else "–" for p in engines]
            yield f"| {title} | {' | '.join(cells)} |"


def fastest(workers):
    """(the fastest other library, how many times faster we are)."""
    ratios = {
        peer: against(workers[OURS], worker) for peer, worker in workers.items() if peer != OURS
    }
    best = min(ratios, key=ratios.get)
    return best, ratios[best]
