"""Floor 4: files of weights: safetensors, PyTorch's .pth, Keras' .h5 and NumPy's .npz, read without running any code.

A file's kind is recognised by its content. Reading maps it into memory and copies nothing: a tensor is an array that shows its place in
the file. What belongs to which layer of a net is ``models``' business.
"""

from minivgg.weights.files import File, copy_into, load, read
from minivgg.weights.safetensors import save

__all__ = ["File", "copy_into", "load", "read", "save"]
