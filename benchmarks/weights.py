"""Loading VGG-16's weights: ``python -m benchmarks.weights HOW FILE`` does it in a new process."""

import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.measure import environment
from benchmarks.worker import peak


def ours(path):
    """A net of this package's."""
    from minivgg import models

    return lambda: models.vgg16(path)


def torch_load(path):
    """PyTorch's dictionary of tensors."""
    import torch

    return lambda: torch.load(path, weights_only=True)


def torch_net(path):
    """The same, and copied into layers as torchvision's are."""
    import torch

    from minivgg.models import CONFIGURATIONS

    def load():
        features, channels = [], 3
        for item in CONFIGURATIONS["D"].layers:
            if item == "M":
                features.append(torch.nn.MaxPool2d(2))
            else:
                features += [
                    torch.nn.utils.skip_init(torch.nn.Conv2d, channels, item, 3, padding=1),
                    torch.nn.ReLU(),
                ]
                channels = item
        sizes, classifier = (512 * 49, 4096, 4096, 1000), []
        for d, o in pairwise(sizes):
            classifier += [
                torch.nn.utils.skip_init(torch.nn.Linear, d, o),
                torch.nn.ReLU(),
                torch.nn.Dropout(),
            ]
        net = torch.nn.ModuleDict(
            {
                "features": torch.nn.Sequential(*features),
                "classifier": torch.nn.Sequential(*classifier[:-2]),
            }
        )
        net.load_state_dict(torch.load(path, weights_only=True))
        return net

    return load


def safetensors_load(path):
    """safetensors' dictionary of PyTorch's tensors."""
    from safetensors.torch import load_file

    return lambda: load_file(path)


WAYS = {  # how it is called, what does it, of which file
    "minivgg: .safetensors into a net": (ours, "safetensors"),
    "minivgg: .pth (zip) into a net": (ours, "zip"),
    "minivgg: .pth (legacy) into a net": (ours, "legacy"),
    "torch.load: .pth (zip)": (torch_load, "zip"),
    "torch.load: .pth (legacy)": (torch_load, "legacy"),
    "torch.load and load_state_dict into a net": (torch_net, "zip"),
    "safetensors.torch.load_file": (safetensors_load, "safetensors"),
}


def weights(turns):
    """Seconds and additional peak memory of loading VGG-16, each in new processes, after imports.

    The file of 553 MB is in the system's cache.
    """
    with tempfile.TemporaryDirectory() as folder:
        files = _files(Path(folder))
        yield "| | seconds | memory, MiB |"
        yield "|---|---|---|"
        for title, (_, kind) in WAYS.items():
            found = [_alone(title, files[kind]) for _ in range(turns)]
            seconds, memory = (median(column) for column in zip(*found, strict=True))
            yield f"| {title} | {seconds:.2f} | {memory:.0f} |"


def _files(folder):
    """The same random weights in three kinds of files."""
    import torch

    from minivgg import models

    net = models.vgg16()
    models.save_weights(net, folder / "safetensors")
    state = {name: torch.from_numpy(array.copy(order="C")) for name, array in net.arrays().items()}
    torch.save(state, folder / "zip")
    torch.save(state, folder / "legacy", _use_new_zipfile_serialization=False)
    return {kind: folder / kind for kind in ("safetensors", "zip", "legacy")}


def _alone(title, path):
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.weights", title, str(path)]
    answer = subprocess.run(
        command, env=environment(), check=True, capture_output=True, text=True
    ).stdout
    return tuple(map(float, answer.split()))


if __name__ == "__main__":
    load = WAYS[sys.argv[1]][0](sys.argv[2])
    before, started = peak(), perf_counter()
    kept = load()
    print(perf_counter() - started, peak() - before)
