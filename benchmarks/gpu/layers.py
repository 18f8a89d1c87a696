"""Each convolution of VGG-16 by itself: its errors against float64, its times against cuDNN."""

from collections import defaultdict

import numpy as np

from benchmarks.gpu.session import Session, say, speedup
from benchmarks.peers import MiniVGG
from minivgg import backend, ops

ERROR_BATCH = 8  # images; the float64 convolution of PyTorch is slow


def layers(session: Session) -> None:
    """Errors of y, dx, dw and db; then times of forward and backward, in float32 and TF32."""
    if session.torch is not None:
        say("### errors against float64 (largest difference over largest number): y, dx, dw, db\n")
        for layer in session.layers():
            if session.is_over():
                break
            with session.row(layer.name):
                errors = _errors(session, layer, min(ERROR_BATCH, session.batch))
                say(f"| {layer.name} | {' | '.join(f'{error:.1e}' for error in errors)} |")
    for precision in ("float32", "tf32"):
        session.use_precision(precision)
        say(f"\n### {precision}, batch {session.batch}, ms: minivgg, PyTorch NCHW, PyTorch NHWC,")
        say("### and how many times as fast as the faster of PyTorch's minivgg is\n")
        _times(session)
    session.use_precision("float32")


def _times(session: Session) -> None:
    own_sums, best_sums = defaultdict(float), defaultdict(float)
    for backward in (False, True):
        direction = "backward" if backward else "forward"
        for layer in session.layers():
            if session.is_over():
                break
            with session.row(f"{layer.name} {direction}"):

                def make(library, layer=layer, backward=backward):
                    return library.layer(layer, backward, session.batch)

                own = session.seconds(make(MiniVGG(session.device)), 0.08)
                session.free()
                others = session.peer_seconds(make, budget_seconds=0.08).values()
                own_sums[direction] += layer.times * own
                if others:
                    best_sums[direction] += layer.times * min(others)
                cells = " | ".join(f"{1e3 * seconds:.3f}" for seconds in (own, *others))
                shape = f"{layer.c}→{layer.o}@{layer.side}"
                say(f"| {layer.name} {shape} {direction} | {cells} | {speedup(own, others)} |")
    for direction, own in own_sums.items():
        best = [best_sums[direction]] if direction in best_sums else []
        cells = " | ".join(f"{1e3 * seconds:.2f}" for seconds in (own, *best))
        say(f"| all 13, {direction} | {cells} | {speedup(own, best)} |")


def _errors(session: Session, layer, batch: int) -> list[float]:
    """Of y, dx, dw and db, against PyTorch in float64."""
    rng, shape = np.random.default_rng(0), (batch, layer.side, layer.side)
    x = rng.standard_normal((*shape, layer.c), dtype=np.float32).transpose(0, 3, 1, 2)
    w = rng.standard_normal((layer.o, layer.c, 3, 3), dtype=np.float32)
    w *= np.float32((2 / (9 * layer.c)) ** 0.5)
    b = rng.standard_normal(layer.o, dtype=np.float32)
    dy = rng.standard_normal((*shape, layer.o), dtype=np.float32).transpose(0, 3, 1, 2)
    x_, w_, b_, dy_ = (backend.to_device(a, session.device) for a in (x, w, b, dy))
    y, saved = ops.conv2d(x_, w_, b_, padding=1)
    found = [backend.to_numpy(a) for a in (y, *ops.conv2d_backward(dy_, saved))]
    expected = _torch_conv2d(session, x, w, b, dy)
    return [
        float(np.abs(f - e).max() / np.abs(e).max()) for f, e in zip(found, expected, strict=True)
    ]


def _torch_conv2d(session: Session, x, w, b, dy) -> list[np.ndarray]:
    """y, dx, dw and db in float64, without cuDNN."""
    torch = session.torch
    x, w, b, dy = (
        torch.from_numpy(np.ascontiguousarray(a)).to(session.torch_device, torch.float64)
        for a in (x, w, b, dy)
    )
    variables = [a.requires_grad_() for a in (x, w, b)]
    with torch.backends.cudnn.flags(enabled=False):
        y = torch.nn.functional.conv2d(*variables, padding=1)
        gradients = torch.autograd.grad(y, variables, dy)
    return [a.detach().cpu().numpy() for a in (y, *gradients)]
