"""Each file of a run damaged as a loss of power does it: refused by name, or nothing is lost."""

import contextlib
import io
import shutil
import warnings
from pathlib import Path

from minivgg.cli import main
from minivgg.training import checkpoint
from minivgg.training.run import Run

from .kills import contents

SETTINGS = ["--net", "8,M", "--hidden", "16", "--schedule", "constant", "--threads", "1"]
DAMAGE = {
    "deleted": lambda path: path.unlink(),
    "emptied": lambda path: path.write_bytes(b""),
    "halved": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "zeroed": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "zeros in the second half": lambda path: path.write_bytes(
        path.read_bytes()[: (n := path.stat().st_size) // 2] + bytes(n - n // 2)
    ),
    "a flipped bit": lambda path: path.write_bytes(_flipped(path.read_bytes())),
}


def _flipped(data):
    damaged = bytearray(data)
    damaged[len(data) * 3 // 4] ^= 1
    return bytes(damaged)


class Cases:
    """A run of two epochs, and the same run with a third one, in a folder."""

    def __init__(self, folder):
        self.folder = folder
        self.run, self.longer = folder / "run", folder / "longer"
        command("train", "--run", self.run, "--epochs", "2", *SETTINGS)
        shutil.copytree(self.run, self.longer)
        self.nets = {  # after each epoch
            path.name: checkpoint.read_model(path)
            for path in checkpoint.complete(self.run / "checkpoints")
        }
        command("train", "--resume", self.longer, "--epochs", "3")
        self.expected = contents(self.longer)

    def files(self):
        """All files that training or a prediction reads, relative to the run."""
        newest = checkpoint.latest(self.run / "checkpoints").relative_to(self.run)
        parts = [newest / name for name in ("model.safetensors", "optimizer.safetensors")]
        names = ["config.json", "weights.safetensors", "best.safetensors", "history.csv"]
        return [*parts, newest / checkpoint.STATE, *map(Path, names)]

    def outcome(self, name, damage):
        """("resume", "net", "best"): what each of them does with a run that has a damaged file.

        "right", "refused" with the name of the file, "before" (the epoch before is used, with a
        notice), or what is wrong.
        """
        run = self.folder / "damaged"
        shutil.rmtree(run, ignore_errors=True)
        shutil.copytree(self.run, run)
        DAMAGE[damage](run / name)
        found = [self._net(run, name, best) for best in (False, True)]
        code, text = command("train", "--resume", run, "--epochs", "3", check=False)
        if code:
            resumed = "refused" if str(name) in text else f"refused with: {text}"
        else:
            resumed = "right" if contents(run) == self.expected else "other weights"
            if "checkpoints" in name.parts and str(name) not in text:
                resumed += ", in silence"
        return (resumed, *found)

    def _net(self, run, name, best):
        """How the net of a run with a damaged file is read."""
        with warnings.catch_warnings(record=True) as notices:
            warnings.simplefilter("always")
            try:
                net = Run.open(run, best).net()
            except OSError as error:
                return "refused" if name.name in str(error) else f"refused with: {error}"
        arrays = {key: array.tobytes() for key, array in net.arrays().items()}
        for epoch, expected in reversed(self.nets.items()):
            if arrays == {key: array.tobytes() for key, array in expected.items()}:
                said = any(name.name in str(notice.message) for notice in notices)
                newest = epoch == list(self.nets)[-1]
                return "right" if newest else "before" if said else "before, in silence"
        return "other weights"


def command(*arguments, check=True):
    """(exit status, text of errors) of a command."""
    errors = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(errors):
        code = main([str(argument) for argument in arguments])
    assert not (check and code), errors.getvalue()
    return code, errors.getvalue()
