"""What only the real library of the GPU can show: names, settings and events of CuPy."""

import subprocess
import sys

import numpy as np
import pytest
from support import strict_cupy

from minivgg import backend
from minivgg.backend.cuda import nccl

if "gpu" not in backend.available():
    pytest.skip("there is no GPU", allow_module_level=True)
two_cards = pytest.mark.skipif(backend.gpu_count() < 2, reason="there is one GPU")


@pytest.fixture
def cupy():
    return backend.devices.cupy()


def missing(stand_in, real, *own):
    """Names of the stand-in that the real thing lacks, but for those of its own."""
    names = {name for name in vars(stand_in) if not name.startswith("_")} - set(own)
    return [name for name in names if not hasattr(real, name)]


def test_the_stand_in_has_no_name_that_cupy_lacks(cupy):
    stand_in = strict_cupy.make()
    assert not missing(stand_in, cupy, "used")
    assert not missing(stand_in.random, cupy.random)
    assert not missing(stand_in.cuda, cupy.cuda)
    for name in ("runtime", "cublas", "device", "Stream", "Event"):
        assert not missing(getattr(stand_in.cuda, name), getattr(cupy.cuda, name)), name
    assert not missing(strict_cupy.ndarray, cupy.ndarray)


def test_the_stand_in_has_no_function_of_numpys_that_cupy_lacks(cupy):
    functions = {name for name in dir(np) if callable(getattr(np, name)) and name[0] != "_"}
    functions -= {name for name in functions if isinstance(getattr(np, name), type)}
    found = {name for name in functions if not hasattr(cupy, name)}
    assert found <= strict_cupy.LACKING_FUNCTIONS
    methods = {name for name in dir(np.ndarray) if name[0] != "_"}
    assert {name for name in methods if not hasattr(cupy.ndarray, name)} <= (
        strict_cupy.LACKING_METHODS
    )


def test_tf32_reaches_cublas(cupy):
    """For stacks of products, and CuPy's own setting for single ones."""
    from cupy._core import _routines_linalg as products

    handle = cupy.cuda.device.get_cublas_handle()
    try:
        assert backend.matmul_precision("tf32") == "tf32"
        assert cupy.cuda.cublas.getMathMode(handle) == 3  # CUBLAS_TF32_TENSOR_OP_MATH
        assert products.get_compute_type(np.float32) == products.COMPUTE_TYPE_TF32
    finally:
        backend.matmul_precision("float32")
    assert cupy.cuda.cublas.getMathMode(handle) == cupy.cuda.cublas.CUBLAS_DEFAULT_MATH
    assert products.get_compute_type(np.float32) == products.COMPUTE_TYPE_DEFAULT


def test_nccl_is_found_by_a_process_that_has_not_imported_it():
    """In CuPy 14 it is no attribute of ``cupy.cuda`` before."""
    code = "from minivgg.backend.cuda import nccl; print(nccl.has_nccl())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    pytest.importorskip("cupy.cuda.nccl", reason="this CuPy finds no NCCL")
    assert done.stdout == "True\n"


def test_each_card_has_an_address_of_its_own(cupy):
    count = backend.gpu_count()
    assert len({nccl.card_address(f"gpu:{card}") for card in range(count)}) == count


@two_cards
def test_batches_are_copied_on_one_card_and_then_on_another():
    """A stream cannot be used on another card than that on which it was made."""
    try:
        for device in ("gpu:0", "gpu:1", "gpu:0"):
            backend.use(device)
            ((x,),) = backend.prefetch_to_device([(np.arange(3.0),)], "gpu")
            assert backend.numbered_device_of(x) == device
            assert backend.to_numpy(x).tolist() == [0, 1, 2]
    finally:
        backend.use("gpu:0")


@two_cards
@pytest.mark.parametrize("first", ["cpu", "gpu:0", "gpu:1"])
@pytest.mark.parametrize("second", ["gpu:0", "gpu:1"])
def test_an_array_goes_to_the_card_that_is_named_and_back(first, second):
    x = np.arange(24.0).reshape(2, 3, 2, 2).transpose(0, 3, 1, 2)
    try:
        moved = backend.to_device(backend.to_device(x, first), second)
        assert backend.numbered_device_of(moved) == second
    finally:
        backend.use("gpu:0")
    assert moved.strides == x.strides
    assert (backend.to_numpy(moved) == x).all()
