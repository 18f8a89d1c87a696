"""Where a file has a checksum, damage never becomes other numbers: the file is refused or right.

Bytes are changed without regard to the format, as a disk or a transfer does. The names in a table
of contents of npz have no checksum, so arrays are compared by their names.
"""

import shutil

import numpy as np
import pytest

from minivgg import weights
from minivgg.training import checkpoint

from . import damage, run_files, weight_files

WITH_CHECKSUMS = {
    "pth": weight_files.of_torch,
    "saved pth": weight_files.by_save_torch,
    "npz": weight_files.npz,
    "keras": weight_files.keras,
}


def changed(found, whole):
    """The names of arrays that are in both and differ."""
    common = found.keys() & whole.keys()
    return [name for name in common if not np.array_equal(found[name], whole[name])]


@pytest.mark.filterwarnings("ignore::minivgg.utils.notices.Notice")
@pytest.mark.parametrize("name", WITH_CHECKSUMS)
def test_weights_are_right_or_refused(name, mutant_count, tmp_path):
    path, refused = tmp_path / "file", 0
    for seed, original in enumerate(WITH_CHECKSUMS[name]()):
        path.write_bytes(original)
        whole = {key: np.array(array) for key, array in weights.load(path).items()}
        for damaged in damage.mutants((original,), "bytes", mutant_count, seed):
            path.write_bytes(damaged)
            try:
                found = weights.load(path)
            except OSError:
                refused += 1
                continue
            assert changed(found, whole) == []
    assert refused > 0


@pytest.mark.parametrize("part", ["model.safetensors", "optimizer.safetensors", "state.json"])
def test_a_checkpoint_is_right_or_refused(part, mutant_count, tmp_path):
    source = checkpoint.latest(run_files.trained_run() / "checkpoints")
    model, velocity, state = checkpoint.load(source)
    folder, refused = tmp_path / source.name, 0
    shutil.copytree(source, folder)
    for damaged in damage.mutants(((source / part).read_bytes(),), "bytes", mutant_count, 7):
        (folder / part).write_bytes(damaged)
        try:
            found = checkpoint.load(folder)
        except OSError:
            refused += 1
            continue
        assert found[0].keys() == model.keys()
        assert changed(found[0], model) == changed(found[1], velocity) == []
        assert found[2] == state
    assert refused > 0
