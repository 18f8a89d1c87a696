"""The backend: devices by name, honest errors without a GPU, seeded streams, threads."""

import sys
import types
import warnings

import numpy as np
import pytest
from support import strict_cupy

from minivgg import backend
from minivgg.backend import precision


@pytest.fixture
def no_cupy(monkeypatch):
    """CuPy is not installed."""
    monkeypatch.setitem(sys.modules, "cupy", None)


@pytest.fixture
def cupy(monkeypatch):
    """The strict stand-in for CuPy, with one device."""
    module = strict_cupy.make()
    monkeypatch.setitem(sys.modules, "cupy", module)
    return module


def test_without_cupy_the_error_says_so_and_how_to_install_it(no_cupy):
    assert backend.available() == ("cpu",)
    with pytest.raises(
        RuntimeError, match=r"CuPy, which is not installed.*pip install cupy-cuda12x"
    ):
        backend.use("gpu")
    assert backend.device() == "cpu"


def test_with_cupy_but_without_a_device_the_error_says_that(monkeypatch):
    monkeypatch.setitem(sys.modules, "cupy", strict_cupy.make(devices=0))
    assert backend.available() == ("cpu",)
    with pytest.raises(RuntimeError, match=r"no GPU device.*pip install"):
        backend.use("gpu")


def test_a_warning_of_cupy_does_not_hide_the_gpu(monkeypatch, cupy):
    def count():
        warnings.warn("an environment of its own", stacklevel=1)
        return 1

    monkeypatch.setattr(cupy.cuda.runtime, "getDeviceCount", count)
    with pytest.warns(UserWarning, match="of its own"):
        assert backend.available() == ("cpu", "gpu")


def test_a_driver_that_fails_is_reported(monkeypatch, cupy):
    def fail():
        raise RuntimeError("cudaErrorInsufficientDriver: CUDA driver version is insufficient")

    monkeypatch.setattr(cupy.cuda.runtime, "getDeviceCount", fail)
    with pytest.raises(
        RuntimeError, match=r"finds no GPU device .*cudaErrorInsufficientDriver.*nvidia-smi"
    ):
        backend.use("gpu")


def test_unknown_devices_are_refused():
    with pytest.raises(
        ValueError, match="unknown device 'tpu': the devices are 'cpu' and 'gpu', or"
    ):
        backend.use("tpu")
    with pytest.raises(ValueError, match="unknown device"):
        backend.to_device(np.zeros(2), "cuda")


def test_a_gpu_without_cudas_libraries_is_reported(monkeypatch, cupy):
    def fail(shape):
        raise ImportError("libnvrtc.so.12: cannot open shared object file")

    monkeypatch.setattr(cupy, "ones", fail, raising=False)
    with pytest.raises(
        RuntimeError,
        match=r"CUDA's own libraries do not work \(libnvrtc.so.12.*install the CUDA toolkit",
    ):
        backend.use("gpu")


def test_one_of_several_cards(monkeypatch):
    cupy = strict_cupy.make(devices=2)
    monkeypatch.setitem(sys.modules, "cupy", cupy)
    backend.use("gpu:1")
    assert backend.device() == "gpu"
    assert cupy.used[-1] == 1
    assert backend.gpu_count() == 2
    stream = backend.rng("gpu")
    backend.to_device(np.ones(2), "gpu:1")  # named again, its random numbers go on
    assert backend.rng("gpu") is stream
    with pytest.raises(
        ValueError, match=r"no device 'gpu:2': this machine has 2 GPU\(s\), numbered from 0"
    ):
        backend.use("gpu:2")
    for wrong in ("gpu:-1", "gpu:", "gpu:one", "cpu:0", 1, None):
        with pytest.raises(ValueError, match="unknown device"):
            backend.use(wrong)
    assert backend.device() == "gpu"


def test_the_precision_of_products_is_the_gpus(no_cupy):
    with pytest.raises(RuntimeError, match="CuPy, which is not installed"):
        backend.matmul_precision("tf32")


def test_tf32_is_told_to_cupy_and_to_cublas(monkeypatch, cupy):
    """Stacked products are cuBLAS's own choice, single ones CuPy's."""
    told = {}
    products = types.SimpleNamespace(
        COMPUTE_TYPE_TF32="tf32", COMPUTE_TYPE_DEFAULT="default", set_compute_type=told.__setitem__
    )
    monkeypatch.setitem(sys.modules, "cupy._core", types.SimpleNamespace(_routines_linalg=products))
    cupy.cuda.cublas.setMathMode = lambda handle, mode: told.update({handle: mode})
    cupy.cuda.device = types.SimpleNamespace(get_cublas_handle=lambda: "handle")
    assert backend.matmul_precision() == "float32"
    assert backend.matmul_precision("tf32") == "tf32"
    assert precision.product_precision() == "tf32"
    assert told == {np.float32: "tf32", "handle": 3}
    with pytest.raises(ValueError, match="unknown precision 'half'"):
        backend.matmul_precision("half")
    assert backend.matmul_precision("float32") == "float32"
    assert told == {np.float32: "default", "handle": 0}


@pytest.mark.parametrize("count", [0, 1, 2, 9])
def test_batches_arrive_whole_and_in_order(rng, device, count):
    """Also a smaller last one, an empty array and images that are not contiguous."""
    batches = [
        (rng.standard_normal((4 - (k == 8), 3, 2))[:, ::2], rng.integers(0, 9, k))
        for k in range(count)
    ]
    found = list(backend.prefetch_to_device(iter(batches), device))
    assert len(found) == count
    for arrays, batch in zip(found, batches, strict=True):
        assert all(backend.device_of(a) == device for a in arrays)
        assert all(
            np.array_equal(backend.to_numpy(a), b) and a.dtype == b.dtype
            for a, b in zip(arrays, batch, strict=True)
        )


def test_the_next_batch_is_copied_before_the_one_before_is_handed_out(cupy):
    """So the copy can run while that one is worked on; never more than one is copied ahead."""
    taken = []
    moved = backend.prefetch_to_device(
        ((np.full(2, taken.append(k) or k),) for k in range(5)), "gpu"
    )
    for k, _ in enumerate(moved):
        assert taken == list(range(min(k + 2, 5)))


def test_each_card_has_a_stream_of_its_own_for_copies(monkeypatch):
    """A stream cannot be used on another card than that on which it was made."""
    cupy = strict_cupy.make(devices=2)
    monkeypatch.setitem(sys.modules, "cupy", cupy)
    made_on = []

    class Stream(strict_cupy._Stream):
        def __init__(self, non_blocking=False):
            made_on.append(cupy.cuda.runtime.getDevice())

    cupy.cuda.Stream = Stream
    for device in ("gpu:0", "gpu:1", "gpu:0"):
        list(backend.prefetch_to_device([(np.ones(2),)], device))
    assert made_on == [0, 1]


def test_free_memory_is_a_number_of_bytes(device):
    free = backend.free_memory(device)
    assert free is None or free > 0


def test_arrays_know_their_device(cupy):
    x = np.ones(3)
    on_gpu = backend.to_device(x, "gpu")
    assert backend.device_of(x) == "cpu"
    assert backend.device_of(on_gpu) == "gpu"
    assert backend.namespace(x) is np
    assert backend.namespace(on_gpu) is cupy
    assert backend.to_device(x, "cpu") is x
    assert (backend.to_numpy(on_gpu) == x).all()
    with pytest.raises(TypeError, match="NumPy or CuPy array, got list"):
        backend.device_of([1.0])


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (0, 2, 3, 1), (2, 3, 1, 0), (3, 2, 1, 0)])
def test_the_order_in_memory_travels_along(rng, cupy, order):
    """To the GPU and back: channels last stays channels last."""
    x = np.ascontiguousarray(rng.standard_normal((2, 3, 4, 5)).transpose(order)).transpose(
        np.argsort(order)
    )
    on_gpu = backend.to_device(x, "gpu")
    back = backend.to_device(on_gpu, "cpu")
    assert on_gpu.strides == back.strides == x.strides
    assert (back == x).all()


def test_mixed_devices_are_an_error_that_names_both(cupy):
    with pytest.raises(RuntimeError, match=r"different devices \(cpu, gpu\)"):
        backend.namespace(np.ones(2), backend.to_device(np.ones(2), "gpu"))


def test_the_default_device_is_that_of_new_arrays(cupy):
    backend.use("gpu")
    assert backend.namespace() is cupy
    assert backend.available() == ("cpu", "gpu")
    backend.synchronize()
    backend.use("cpu")
    assert backend.namespace() is np
    backend.synchronize()


def test_the_environment_chooses_the_device(monkeypatch, cupy):
    monkeypatch.setattr("minivgg.backend.devices._device", None)
    monkeypatch.setenv("MINIVGG_DEVICE", "gpu")
    assert backend.device() == "gpu"
    monkeypatch.setattr("minivgg.backend.devices._device", None)
    monkeypatch.setenv("MINIVGG_DEVICE", "quantum")
    with pytest.raises(ValueError, match="unknown device 'quantum'"):
        backend.device()


def test_a_seed_repeats_the_stream(device):
    def draw():
        return backend.to_numpy(backend.rng().random((4,))).tolist()

    backend.seed(7)
    first = draw()
    second = draw()
    backend.seed(7)
    assert draw() == first != second
    backend.seed([7, 1])
    assert draw() != first


def test_a_fixed_seed_leaves_the_stream_outside_alone():
    backend.seed(5)
    undisturbed = backend.rng().random(3).tolist()
    backend.seed(5)
    first = backend.rng().random()
    with backend.fixed_seed(99):
        inside = backend.rng().random()
    assert [first, *backend.rng().random(2)] == undisturbed
    with backend.fixed_seed(99):
        assert backend.rng().random() == inside


def test_threads():
    before = backend.get_num_threads()
    try:
        backend.set_num_threads(1)
        assert backend.get_num_threads() == 1
    finally:
        backend.set_num_threads(before)


@pytest.mark.parametrize(
    ("n", "error"),
    [
        (0, ValueError),
        (-2, ValueError),
        (10**6, ValueError),
        ("two", TypeError),
        (1.5, TypeError),
        (True, TypeError),
    ],
)
def test_a_number_of_threads_that_makes_no_sense_is_refused(n, error):
    with pytest.raises(error, match="number of threads"):
        backend.set_num_threads(n)
