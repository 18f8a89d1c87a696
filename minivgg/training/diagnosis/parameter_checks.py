"""Which parameters the training changes: frozen ones, and those that the optimizer lacks."""

import numpy as np

from minivgg import backend
from minivgg.layers import BatchNorm2d, Layer
from minivgg.training.diagnosis.finding_names import FROZEN_LAYERS, OPTIMIZER_PARAMETERS
from minivgg.training.diagnosis.findings import Finding, percent, problem, warning
from minivgg.training.diagnosis.passes import innermost
from minivgg.training.diagnosis.subject import Subject
from minivgg.utils.printable_text import listed

NAMED = 3


def check_parameters(subject: Subject) -> list[Finding]:
    """Compare the parameters of net and optimizer, and judge the frozen ones.

    Parameters
    ----------
    subject : Subject
        What is examined.

    Returns
    -------
    list of Finding
        "optimizer's parameters" and "frozen layers".
    """
    return [_of_optimizer(subject), _frozen(subject)]


def _of_optimizer(subject: Subject) -> Finding:
    own, moved = subject.net.parameters(), set(map(id, subject.optimizer.parameters.values()))
    foreign = len(moved - set(map(id, own.values())))
    left_out = [name for name, p in own.items() if not p.frozen and id(p) not in moved]
    name = OPTIMIZER_PARAMETERS
    advice = "create the optimizer with net.parameters() after the last change of the net"
    if foreign:
        sentence = f"{foreign} of {len(moved)} parameters of the optimizer are not in the net"
        return problem(name, foreign, sentence, advice)
    if left_out:
        sentence = f"the optimizer does not change {listed(left_out, NAMED)}"
        return problem(name, len(left_out), sentence, advice)
    return Finding(name, len(moved), f"the optimizer has the net's {len(own)} parameters")


def _frozen(subject: Subject) -> Finding:
    """Frozen layers must be at the beginning, and have learned something before."""
    parameters = subject.net.parameters()
    frozen = [name for name, p in parameters.items() if p.frozen]
    share = len(frozen) / max(1, len(parameters))
    if not frozen:
        return Finding(FROZEN_LAYERS, 0.0, "no layer is frozen")
    if share == 1:
        return problem(FROZEN_LAYERS, 1.0, "all layers are frozen", "call net.freeze(False)")
    learned = [name for name, p in parameters.items() if not p.frozen]
    names = list(parameters)
    late = [name for name in frozen if names.index(name) > names.index(learned[0])]
    norms = {n for n, layer in innermost(subject.net) if isinstance(layer, BatchNorm2d)}
    if late and all(name.rpartition(".")[0] in norms for name in late):
        sentence = f"{len(late)} parameters of batch norm are frozen, as is usual in fine-tuning"
        return Finding(FROZEN_LAYERS, share, sentence)
    advice = "freeze the first layers only, after loading weights; unfreeze with freeze(False)"
    if late:
        sentence = (
            f"{listed(late, NAMED)} {_are(late)} frozen, though {learned[0]} before "
            f"{'it' if len(late) == 1 else 'them'} learns"
        )
        return problem(FROZEN_LAYERS, len(late), sentence, advice)
    new = [n for n, layer in innermost(subject.net) if n and _is_new(layer) and _is_frozen(layer)]
    if new:
        sentence = f"{listed(new, NAMED)} {_are(new)} frozen, but the weights look untrained"
        return warning(FROZEN_LAYERS, len(new), sentence, advice)
    sentence = f"{percent(share)} of the parameters are frozen, the first ones"
    return Finding(FROZEN_LAYERS, share, sentence)


def _are(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _is_frozen(layer: Layer) -> bool:
    own = layer.parameters().values()
    return bool(own) and all(p.frozen for p in own)


def _is_new(layer: Layer) -> bool:
    """Whether a layer has a bias and it is 0 everywhere, as initializers leave it."""
    bias = layer.parameters().get("bias")
    return bias is not None and not np.any(backend.to_numpy(bias.array))
