"""``minivgg predict --why``: what is computed and drawn, for methods that are given."""

from argparse import Namespace
from types import SimpleNamespace

import numpy as np
import pytest

from minivgg import plots
from minivgg.analysis import explanations
from minivgg.cli import why


@pytest.fixture
def draw(monkeypatch):
    """Explain a class of an image of 3×4×6 pixels; returns what was called, in order."""
    calls = []

    def note(name, result):
        return lambda *given, **more: calls.append((name, given, more)) or result

    predictor = SimpleNamespace(
        classes=["cat", "dog", "owl"],
        model=SimpleNamespace(net="net", normalize=lambda images: images + 1),
        predict=lambda images, top: (
            calls.append(("predict", (images.shape, top), {}))
            or [[("owl", 0.7), ("dog", 0.2), ("cat", 0.1)]]
        ),
    )
    monkeypatch.setattr(why, "device_of_net", lambda net: f"device of {net}")
    monkeypatch.setattr(
        why.backend, "to_device", lambda x, device: (float(x.max()), x.ndim, device)
    )
    for name in ("grad_cam", "occlusion", "saliency"):
        monkeypatch.setattr(explanations, name, note(name, f"{name} map"))
    monkeypatch.setattr(explanations, "default_square", note("default_square", 2))
    monkeypatch.setattr(plots, "explanations", note("explanations", "figure"))
    monkeypatch.setattr(plots, "save", note("save", None))

    def run(why_class, is_terminal=False):
        monkeypatch.setattr("sys.stderr.isatty", lambda: is_terminal, raising=False)
        image = np.zeros((3, 4, 6), np.uint8)
        why.draw_why(Namespace(why="w.png", why_class=why_class), predictor, image, "owl")
        return calls

    return run


@pytest.mark.parametrize(
    ("why_class", "name", "label", "probability"),
    [(None, "owl", 2, 0.7), ("dog", "dog", 1, 0.2), ("cat", "cat", 0, 0.1)],
)
def test_three_maps_of_one_class_are_drawn_beside_its_probability(
    why_class, name, label, probability, draw
):
    x = (1.0, 4, "device of net")
    predicted, *methods, drawn, saved = draw(why_class)
    assert predicted == ("predict", ((1, 3, 4, 6), 3), {})
    assert methods == [
        ("grad_cam", ("net", x, label), {}),
        ("occlusion", ("net", x, label), {"progress": False}),
        ("saliency", ("net", x, label), {}),
        ("default_square", (4, 6), {}),
    ]
    image, *shown = drawn[1]
    assert image.shape == (3, 4, 6)
    assert shown == [(name, probability), "saliency map", "occlusion map", 2, "grad_cam map"]
    assert saved == ("save", ("figure", "w.png"), {})


def test_on_a_terminal_a_bar_is_shown(draw):
    assert draw(None, is_terminal=True)[2][2] == {"progress": True}
