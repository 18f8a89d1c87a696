"""Train the small net for digits that comes with the explorer.

python docs/scripts/explorer_digits.py

It runs the command below, rounds the weights to float16, and writes minivgg/explorer/digits. What
the rounding changes is printed.
"""

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from minivgg import weights
from minivgg.cli import main
from minivgg.training.run import CONFIG, Run

COMMAND = "train --data digits --net 16,16,M,32,32,M --hidden 32 --epochs 60 --crop 1"
TARGET = Path(__file__).parents[2] / "minivgg" / "explorer" / "digits"
WEIGHTS = "weights.safetensors"
CARD = """# digits

A small VGG net (`16,16,M,32,32,M`, then 32 and 10 numbers) that reads handwritten digits of 8×8
pixels. `minivgg explore` shows it.

**Licence.** That of this package (MIT).

**Training data.** The 1,438 training images of the digits in this package (Optical Recognition of
Handwritten Digits, E. Alpaydin and C. Kaynak, 1998, CC BY 4.0), of which {validation:.0%} were kept
for validation. 60 epochs of SGD with random shifts by one pixel; all settings are in `config.json`.

**Accuracy.** {right} of the 359 test images are read correctly ({before} before the weights were
rounded to float16).

**Input.** Grey images of 8×8 pixels, light digits on black; normalised by the mean and standard
deviation in `config.json`.

**Limits.** It names one of ten digits for any image. Not for decisions.

**How it was made.** `minivgg {command}`, then float16: `python docs/scripts/explorer_digits.py`, in
the repository.
"""


def right_answers(run):
    """How many test images the net of a run classifies correctly."""
    images = run.dataset("test")
    answers = run.net()(run.normalize(images.images)).argmax(1)
    return int((answers == images.labels).sum())


def make(target):
    """Train, round and write; returns the number of right answers before and after."""
    with TemporaryDirectory() as folder:
        trained = Path(folder) / "run"
        if main([*COMMAND.split(), "--run", str(trained)]):
            sys.exit("the training failed")
        run = Run.open(trained)
        tensors = {k: np.asarray(v, np.float16) for k, v in weights.load(trained / WEIGHTS).items()}
        target.mkdir(exist_ok=True)
        shutil.copy(trained / CONFIG, target / CONFIG)
        weights.save(target / WEIGHTS, tensors, {"format": "minivgg"})
        before, right = right_answers(run), right_answers(Run.open(target))
    card = CARD.format(
        command=COMMAND, right=right, before=before, validation=run.config["validation"]
    )
    (target / "MODEL_CARD.md").write_text(card, encoding="utf-8")
    return before, right


if __name__ == "__main__":
    before, right = make(TARGET)
    size = (TARGET / WEIGHTS).stat().st_size
    print(f"wrote {TARGET}: {size:,} bytes; {before} right answers in float32, {right} in float16")
