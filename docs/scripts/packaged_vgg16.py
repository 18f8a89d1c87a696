"""Make the packaged net vgg16-pool3 from the convolutions of the authors' VGG-16.

python docs/scripts/packaged_vgg16.py vgg16_convolutions.safetensors

Blocks 1 to 3 are taken, rounded to float16, and written with their origin and licence as metadata.
"""

import sys
from pathlib import Path

import numpy as np

from minivgg import weights
from minivgg.models.pretrained.packaged import VGG16_POOL3_LAYERS, packaged_folder

CONVOLUTIONS = 7  # of blocks 1 to 3
ABOUT = {
    "format": "pt",
    "net": VGG16_POOL3_LAYERS,
    "licence": "CC BY 4.0",
    "attribution": "K. Simonyan and A. Zisserman, Visual Geometry Group, University of Oxford",
    "changes": "blocks 1 to 3 of VGG-16; first filters reversed from BGR to RGB; float16",
}


def pool3_tensors(file):
    """{name: array} of blocks 1 to 3, in float16."""
    order = sorted({int(name.split(".")[1]) for name in file})[:CONVOLUTIONS]
    names = [f"features.{i}.{kind}" for i in order for kind in ("weight", "bias")]
    return {name: np.asarray(file[name], np.float16) for name in names}


if __name__ == "__main__":
    source = weights.read(sys.argv[1])
    about = ABOUT | {"preprocessing": source.metadata["preprocessing"]}
    target = Path(packaged_folder("vgg16-pool3")) / "weights.safetensors"
    weights.save(target, pool3_tensors(source), about)
    print(f"wrote {target}: {target.stat().st_size:,} bytes")
