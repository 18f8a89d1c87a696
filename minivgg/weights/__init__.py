"""Files of weights: safetensors, PyTorch's .pth, Keras' .h5, NumPy's .npz, and ONNX.

They are read without running any code from them. The format is recognised by the content. A file is
mapped into memory, and nothing is copied: a tensor is an array that views its bytes in the file.
``models.pretrained`` knows which tensor belongs to which layer of a net.
"""

from minivgg.weights.files import File, copy_into, load, read
from minivgg.weights.safetensors import save
from minivgg.weights.torch_zip_writer import TORCH_SUFFIXES, save_torch

__all__ = ["TORCH_SUFFIXES", "File", "copy_into", "load", "read", "save", "save_torch"]
