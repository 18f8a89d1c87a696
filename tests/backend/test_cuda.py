"""The CUDA sources compile for every supported card, and compute what the CPU's kernels compute."""

import ctypes
import inspect
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from support import cuda_on_cpu
from support.compare import LAYOUTS, error, in_layout, on_device

from minivgg import backend
from minivgg.backend import cpu, cuda, tuning
from minivgg.backend.conv_algorithms import Algorithm
from minivgg.backend.cuda import (
    conv_few_channels,
    conv_im2col,
    conv_winograd,
    convolution,
    launch,
    sums,
)
from minivgg.backend.cuda.cost_model import COST_MODELS
from minivgg.backend.cuda.products import SumOfProducts, count_pieces, stacked_product
from minivgg.backend.cuda.windows import window_constants
from minivgg.backend.geometry import Geometry, window_size
from minivgg.backend.kernels import Kernels
from minivgg.ops.shapes import output_sizes

BLOCK_BYTES = (1, tuning.get_tuning().gpu_block_bytes)
CARDS = (75, 80, 86, 89, 90)  # Turing to Hopper


@pytest.fixture(scope="module")
def nvrtc():
    """NVIDIA's compiler as a library, from its wheel: it needs no card."""
    wheels = find_spec("nvidia")  # cu13/ has the libraries of CUDA 13, cuda_nvrtc/ that of CUDA 12
    libraries = [
        path
        for folder in (wheels.submodule_search_locations if wheels else ())
        for path in sorted(Path(folder).glob("cu*/**/*nvrtc*"))
        if path.name.startswith(("libnvrtc.so", "nvrtc64"))
    ]
    if not libraries:
        pytest.skip("nvidia-cuda-nvrtc is not installed")
    return ctypes.CDLL(str(libraries[0]))


def compile_errors(nvrtc, text, card):
    """What NVRTC has to say about a source: warnings count."""
    program, size = ctypes.c_void_p(), ctypes.c_size_t()
    assert (
        nvrtc.nvrtcCreateProgram(ctypes.byref(program), text.encode(), b"source.cu", 0, None, None)
        == 0
    )
    options = [option.encode() for option in (f"--gpu-architecture=sm_{card}", *launch.OPTIONS)]
    result = nvrtc.nvrtcCompileProgram(
        program, len(options), (ctypes.c_char_p * len(options))(*options)
    )
    nvrtc.nvrtcGetProgramLogSize(program, ctypes.byref(size))
    log = ctypes.create_string_buffer(size.value)
    nvrtc.nvrtcGetProgramLog(program, log)
    nvrtc.nvrtcDestroyProgram(ctypes.byref(program))
    return log.value.decode() if log.value else "" if result == 0 else f"error {result}"


def constants_of(name, dtype):
    """Some of the constants that a source is compiled with."""
    windows = geometry((9, 9), (3, 2), (2, 1), (1, 0))
    return {
        "winograd": [conv_winograd.constants(m, np.dtype(dtype)) for m in (2, 4)],
        "pooling": [window_constants(windows)],
        "windows": [window_constants(windows)],
        "few_channels": [conv_few_channels.constants(3, o, windows) for o in (64, 7)],
    }.get(name, [{}])


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("dtype", launch.TYPES)
@pytest.mark.parametrize("name", launch.SOURCES)
def test_every_source_compiles_for_every_card(nvrtc, name, dtype, card):
    for index in ("int", "long long"):
        for constants in constants_of(name, dtype):
            assert compile_errors(nvrtc, launch.source(name, dtype, index, **constants), card) == ""


def test_the_compiler_is_really_asked(nvrtc):
    assert "undefined" in compile_errors(
        nvrtc, launch.source("sums", "float32").replace("T sum = 0", "T total = 0", 1), 75
    )


# --------------------------------------------------------------------------------------------
# Each kernel against the CPU's, on awkward shapes. The arrays have three layouts here; all kernels
# with all arrays in all orders of memory are in test_cuda_memory_orders.py.


def test_an_error_in_a_source_is_shown_with_its_file_and_line():
    """Instead of a command that returned 1, and a file that is deleted by then."""
    windows = window_constants(GEOMETRIES[0])
    before, found, after = launch.source("pooling", "float32", **windows).partition(
        "gradient = dy[window]"
    )
    line = before.split('#line 1 "pooling.cu"')[1].count("\n")
    with pytest.raises(pytest.fail.Exception, match=rf"pooling\.cu:{line}:.*dz") as caught:
        cuda_on_cpu.RawKernel(before + found.replace("dy", "dz") + after, "max_pool_backward")
    assert not caught.value.pytrace


def assert_twins(xp, function, arrays, *rest, tolerance, written=(), **options):
    """The functions of that name of both devices return the same for the same arrays.

    written: the numbers of those arrays into which they write the same instead.
    """
    on_cpu, on_gpu = (
        [None if a is None else a.copy(order="K") for a in arrays],
        [on_device(a, "gpu") for a in arrays],
    )
    expected, found = (
        getattr(cpu, function)(*on_cpu, *rest, **options),
        getattr(cuda, function)(*on_gpu, *rest, **options),
    )
    pairs = [(on_cpu[i], on_gpu[i]) for i in written] or zip(
        *map(_tuple, (expected, found)), strict=True
    )
    for a, b in pairs:
        if a is not None:
            assert b.dtype == a.dtype
            assert error(xp.asnumpy(b), a) < tolerance


def _tuple(value):
    return value if isinstance(value, tuple) else (value,)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_arrays_are_on_the_gpu_in_the_layout_that_a_test_asks_for(rng, xp, layout):
    """A copy by ``xp.asarray`` alone would be in C order."""
    x = in_layout(rng.standard_normal((2, 3, 4, 5)), layout)
    moved = on_device(x, "gpu")
    assert moved.strides == x.strides
    assert (xp.asnumpy(moved) == x).all()


def geometry(side, kernel, stride, padding, groups=1, dilation=(1, 1)):
    window = window_size(kernel, dilation)
    out = tuple(
        (s + 2 * p - k) // d + 1 for s, k, d, p in zip(side, window, stride, padding, strict=True)
    )
    return Geometry(kernel, stride, padding, groups, out, dilation)


GEOMETRIES = [
    geometry((7, 6), (3, 3), (1, 1), (1, 1)),
    geometry((7, 6), (3, 2), (2, 1), (0, 1)),
    geometry((9, 8), (5, 5), (2, 3), (4, 2), groups=2),
    geometry((5, 5), (1, 1), (1, 1), (0, 0), groups=4),
    geometry((9, 8), (3, 2), (2, 1), (1, 2), groups=2, dilation=(2, 3)),
]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("g", GEOMETRIES)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("block_bytes", BLOCK_BYTES)
def test_im2col(rng, xp, dtype, g, layout, block_bytes):
    side = tuple(
        (o - 1) * d + k - 2 * p
        for o, k, d, p in zip(g.out, g.window, g.stride, g.padding, strict=True)
    )
    x = in_layout(rng.standard_normal((3, 4, *side)).astype(dtype), layout)
    w, b = (
        rng.standard_normal((8, 4 // g.groups, *g.kernel)).astype(dtype),
        rng.standard_normal(8).astype(dtype),
    )
    dy = in_layout(rng.standard_normal((3, 8, *g.out)).astype(dtype), layout)
    tolerance = 1e-5 if dtype == "float32" else 1e-13
    assert_twins(xp, "im2col", [x], g, tolerance=tolerance)
    assert_twins(xp, "col2im", [cpu.im2col(x, g)], x.shape, g, tolerance=tolerance)
    with tuning.tuned(gpu_block_bytes=block_bytes):
        for bias, relu in ((b, True), (b, False), (None, True), (None, False)):
            assert_twins(xp, "conv2d", [x, w, bias], g, "im2col", relu=relu, tolerance=tolerance)
        assert_twins(xp, "conv2d_weight_grad", [x, dy], w.shape, g, "im2col", tolerance=tolerance)
        assert_twins(xp, "conv2d_input_grad", [dy, w], x.shape, g, "im2col", tolerance=tolerance)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_windows_of_one_pixel_are_multiplied_without_a_copy(rng, xp, monkeypatch, dtype, layout):
    g = geometry((5, 3), (1, 1), (1, 1), (0, 0))
    x, dy = (in_layout(rng.standard_normal((3, c, 5, 3)).astype(dtype), layout) for c in (40, 6))
    w, b = (rng.standard_normal(shape).astype(dtype) for shape in ((6, 40, 1, 1), (6,)))
    for copies in ("im2col_of_pixels", "col2im_into"):
        monkeypatch.delattr(conv_im2col, copies)
    tolerance = 1e-5 if dtype == "float32" else 1e-13
    assert_twins(xp, "conv2d", [x, w, b], g, "im2col", relu=True, tolerance=tolerance)
    assert_twins(xp, "conv2d_weight_grad", [x, dy], w.shape, g, "im2col", tolerance=tolerance)
    assert_twins(xp, "conv2d_input_grad", [dy, w], x.shape, g, "im2col", tolerance=tolerance)


FEW_CHANNELS = [
    (3, 64, geometry((9, 10), (3, 3), (1, 1), (1, 1))),
    (1, 6, geometry((9, 8), (5, 5), (2, 3), (4, 2))),
    (2, 8, geometry((7, 5), (4, 2), (1, 2), (0, 1))),
    (4, 4, geometry((3, 1), (1, 1), (3, 1), (0, 0))),
    (32, 12, geometry((4, 6), (1, 1), (1, 1), (1, 0))),
]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("c", "o", "g"), FEW_CHANNELS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_few_channels(rng, xp, monkeypatch, dtype, c, o, g, layout):
    assert conv_few_channels.fits(c, g)
    assert not conv_few_channels.fits(33, g)
    assert not conv_few_channels.fits(c, g._replace(groups=2))
    assert not conv_few_channels.fits(c, g._replace(dilation=(1, 2)))
    side = tuple(
        (o - 1) * d + k - 2 * p
        for o, k, d, p in zip(g.out, g.kernel, g.stride, g.padding, strict=True)
    )
    x = in_layout(rng.standard_normal((3, c, *side)).astype(dtype), layout)
    w, b = (rng.standard_normal(shape).astype(dtype) for shape in ((o, c, *g.kernel), (o + 1,)))
    tolerance = 1e-5 if dtype == "float32" else 1e-13
    for bias, relu in ((b[1:], True), (b[1:], False), (None, True), (None, False)):
        assert_twins(xp, "conv2d", [x, w, bias], g, "im2col", relu=relu, tolerance=tolerance)
    dy = in_layout(rng.standard_normal((3, o, *g.out)).astype(dtype), layout)
    for threads in (conv_few_channels.MAX_GRAD_THREADS, 2 * o):  # one piece for each, or several
        monkeypatch.setattr(conv_few_channels, "MAX_GRAD_THREADS", threads)
        monkeypatch.setattr(conv_few_channels, "MIN_RUN_PIECES", 1)
        assert_twins(xp, "conv2d_weight_grad", [x, dy], w.shape, g, "im2col", tolerance=tolerance)
    x[0, 0, 0, 0] = np.nan
    found = cuda.conv2d(on_device(x, "gpu"), xp.asarray(w), None, g, "im2col", relu=True)
    assert np.isnan(xp.asnumpy(found)).any()


def test_gradients_of_few_channels_that_begin_between_two_vectors(rng, xp):
    """A kernel reads two numbers of dy at once, at addresses that are multiples of their size."""
    g = geometry((5, 5), (3, 3), (1, 1), (1, 1))
    x, dy = rng.standard_normal((2, 5, 5, 3)), rng.standard_normal(2 * 5 * 5 * 4 + 1)
    shifted = xp.asarray(dy)[1:].reshape(2, 5, 5, 4).transpose(0, 3, 1, 2)
    images = x.transpose(0, 3, 1, 2)
    found = cuda.conv2d_weight_grad(on_device(images, "gpu"), shifted, (4, 3, 3, 3), g, "im2col")
    plain = dy[1:].reshape(2, 5, 5, 4).transpose(0, 3, 1, 2)
    expected = cpu.conv2d_weight_grad(images, plain, (4, 3, 3, 3), g, "im2col")
    for a, b in zip(found, expected, strict=True):
        assert error(xp.asnumpy(a), b) < 1e-13


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 128, 5), (2, 129, 3), (1, 9000, 7), (2, 0, 4)])
def test_sums_over_rows(rng, xp, dtype, shape):
    a = rng.standard_normal(shape).astype(dtype)
    found = sums.sum_rows(xp.asarray(a))
    assert found.flags.c_contiguous
    assert error(xp.asnumpy(found), a.sum(axis=1)) < (1e-5 if dtype == "float32" else 1e-13)


def test_many_rows_are_shared_by_many_threads():
    assert sums.count_pieces(1, 128, 64) == 1
    assert sums.count_pieces(1, 100_352, 64) == 1568
    assert sums.count_pieces(36, 1000, 1 << 20) == 2


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("shape", "blocks"), [((2, 3, 5), 1), ((2, 3, 5), 9), ((1, 7, 6), 512)])
def test_sums_of_products_in_pieces(rng, xp, dtype, shape, blocks):
    """Of the rows of two blocks of images, which have 12 pixels each."""
    k, c, o = shape
    with tuning.tuned(gpu_product_blocks=blocks):
        total = SumOfProducts(k, c, o, 200, 12, np.dtype(dtype))
    assert total.pieces == {1: 1, 9: 4, 512: 12}[blocks]
    expected = 0
    for rows in (24, 12):
        a, b = (rng.standard_normal((k, rows, channels)).astype(dtype) for channels in (c, o))
        total.add(xp.asarray(a), xp.asarray(b))
        expected = expected + a.transpose(0, 2, 1) @ b
    assert error(xp.asnumpy(total.result()), expected) < (1e-5 if dtype == "float32" else 1e-13)


def test_products_of_many_channels_or_few_rows_are_not_cut():
    assert count_pieces(36, 512, 512, 32, 49, 512) == 1
    assert count_pieces(36, 64, 64, 32, 3136, 512) == 14
    assert count_pieces(1, 27, 64, 32, 0, 512) == 1
    assert count_pieces(36, 64, 64, 1, 49, 512) == 1  # of few rows


def test_a_kernel_gets_no_array_with_gaps(xp):
    a = xp.asarray(np.ones(8, np.float32))
    with pytest.raises(ValueError, match="relu_backward: an array has gaps"):
        launch.launch("elementwise", "relu_backward", 4, a[::2], a[:4], a[4:])


def test_a_kernel_gets_no_arrays_in_different_orders(xp):
    """It would pair the numbers of one with others of the other one."""
    rows, columns = (
        on_device(np.ones((2, 3), np.float32, order=order), "gpu") for order in ("C", "F")
    )
    with pytest.raises(ValueError, match="relu_backward: arrays have different orders in memory"):
        launch.launch("elementwise", "relu_backward", 6, rows, columns, rows)
    launch.launch("elementwise", "relu_backward", 6, columns, columns, columns)


@pytest.mark.parametrize("turned", [0, 1])
def test_a_product_gets_no_transposed_array(xp, turned):
    factors = [xp.asarray(np.ones((3, 4, 4))) for _ in range(2)]
    factors[turned] = factors[turned].transpose(0, 2, 1)
    with pytest.raises(ValueError, match="product of tiles: an array is not contiguous"):
        stacked_product(*factors)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("algorithm", [Algorithm.WINOGRAD_2, Algorithm.WINOGRAD_4])
@pytest.mark.parametrize("side", [(8, 8), (7, 6), (1, 5), (13, 3)])
@pytest.mark.parametrize("padding", [(1, 1), (2, 0), (0, 2)])
@pytest.mark.parametrize("block_bytes", BLOCK_BYTES)
def test_winograd(rng, xp, dtype, algorithm, side, padding, block_bytes):
    side = tuple(max(s, 3 - 2 * p) for s, p in zip(side, padding, strict=True))
    g = geometry(side, (3, 3), (1, 1), padding)
    x, w, b = (
        rng.standard_normal(shape).astype(dtype) for shape in ((3, 4, *side), (6, 4, 3, 3), (6,))
    )
    dy, tolerance = (
        rng.standard_normal((3, 6, *g.out)).astype(dtype),
        2e-5 if dtype == "float32" else 1e-12,
    )
    options = {"tolerance": tolerance}
    with tuning.tuned(gpu_block_bytes=block_bytes):
        for bias, relu in ((b, True), (None, False)):
            assert_twins(xp, "conv2d", [x, w, bias], g, algorithm, relu=relu, **options)
        assert_twins(xp, "conv2d_weight_grad", [x, dy], w.shape, g, algorithm, **options)
        plain, masked = (
            cuda.conv2d_input_grad(
                xp.asarray(dy), xp.asarray(w), x.shape, g, algorithm, relu_output
            )
            for relu_output in (None, xp.asarray(x))
        )
    expected = cpu.conv2d_input_grad(dy, w, x.shape, g, algorithm)
    assert error(xp.asnumpy(plain), expected) < tolerance
    assert (xp.asnumpy(masked) == np.where(x > 0, xp.asnumpy(plain), 0)).all()


def test_transformed_filters_are_cached(rng, xp):
    g, cache = geometry((8, 8), (3, 3), (1, 1), (1, 1)), {}
    x, w = (xp.asarray(rng.standard_normal(shape)) for shape in ((2, 4, 8, 8), (6, 4, 3, 3)))
    first = cuda.conv2d(x, w, None, g, Algorithm.WINOGRAD_4, filter_cache=cache)
    u = cache[4, 0]
    second = cuda.conv2d(x, w, None, g, Algorithm.WINOGRAD_4, filter_cache=cache)
    assert (xp.asnumpy(second) == xp.asnumpy(first)).all()
    assert cache == {(4, 0): u}


def test_the_filters_of_dx_are_transformed_where_they_lie(rng, xp, monkeypatch):
    """Rotated and with exchanged channels, they would have to be copied before."""
    launched, launch_it = {}, conv_winograd.launch

    def record(name, function, size, first, *rest, **options):
        launched[function] = first
        launch_it(name, function, size, first, *rest, **options)

    monkeypatch.setattr(conv_winograd, "launch", record)
    w = cuda.filters_channels_last(xp.asarray(rng.standard_normal((6, 4, 3, 3))))
    dy, g = xp.asarray(rng.standard_normal((2, 6, 8, 8))), geometry((8, 8), (3, 3), (1, 1), (1, 1))
    cuda.conv2d_input_grad(dy, w, (2, 4, 8, 8), g, Algorithm.WINOGRAD_4)
    assert launched["filter_transform"].data.ptr == w.data.ptr


VGG_SHAPES = [
    (3, 64, 224),
    (64, 64, 224),
    (64, 128, 112),
    (128, 128, 112),
    (128, 256, 56),
    (256, 256, 56),
    (256, 512, 28),
    (512, 512, 28),
    (512, 512, 14),
]


@pytest.mark.parametrize(
    ("precision", "n"),
    [("float32", 4), ("float32", 32), ("float32", 256), ("tf32", 32), ("tf32", 256)],
)
@pytest.mark.parametrize(("c", "o", "side"), VGG_SHAPES)
def test_vgg_takes_im2col_for_its_first_layer_and_the_large_tiles_for_the_others(
    precision, n, c, o, side
):
    """By the estimates from the rates of an H100."""
    expected = Algorithm.IM2COL if c == 3 else Algorithm.WINOGRAD_4
    assert cheapest(precision, n, c, o, side) is expected


@pytest.mark.parametrize("side", [7, 14])
def test_where_products_cost_little_small_maps_of_many_channels_take_im2col(side):
    assert cheapest("float32", 8, 512, 512, side) is Algorithm.WINOGRAD_4
    assert cheapest("tf32", 8, 512, 512, side) is Algorithm.IM2COL


def cheapest(precision, n, c, o, side):
    g, costs = geometry((side, side), (3, 3), (1, 1), (1, 1)), COST_MODELS[precision]
    return min(costs.algorithms, key=lambda a: costs.nanoseconds(a, n, c, o, g))


@pytest.mark.parametrize(
    ("precision", "algorithm"), [("float32", "winograd F(4×4, 3×3)"), ("tf32", "im2col")]
)
def test_the_precision_of_products_decides_between_the_algorithms(
    xp, monkeypatch, precision, algorithm
):
    monkeypatch.setattr(convolution, "product_precision", lambda: precision)
    x, sentences = xp.asarray(np.zeros((8, 512, 14, 14), np.float32)), []
    convolution.choose(
        "conv2d", "auto", x, 512, GEOMETRIES[0]._replace(out=(14, 14)), sentences.append
    )
    (sentence,) = sentences
    assert f": {algorithm}, " in sentence
    assert f"(estimates for {precision}, ms: " in sentence


WINDOWS = [
    ((2, 2), (2, 2), (0, 0)),
    ((3, 3), (2, 2), (1, 1)),
    ((3, 2), (1, 3), (1, 0)),
    ((2, 3), (3, 3), (0, 0)),
    ((8, 9), (8, 9), (0, 0)),
    ((7, 6), (1, 2), (3, 2)),
]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("kernel", "stride", "padding"), WINDOWS)
@pytest.mark.parametrize("hanging", [False, True])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_pooling(rng, xp, dtype, kernel, stride, padding, hanging, layout):
    """With ties, ∞, −∞ and what is not a number; with windows that hang over the end."""
    x = in_layout(rng.integers(-2, 4, (2, 5, 8, 9)).astype(dtype), layout)
    x[0, 0, :4, :4], x[0, 1, 2, 2], x[1, 2, 3, 3] = -np.inf, np.nan, np.inf
    out = output_sizes(x.shape, kernel, stride, padding, hanging)
    windows = Geometry(kernel, stride, padding, 1, out)
    dy = in_layout(rng.standard_normal((2, 5, *windows.out)).astype(dtype), layout)
    y = cpu.max_pool(x, windows)[0]
    x_on_gpu, dy_on_gpu = on_device(x, "gpu"), on_device(dy, "gpu")
    on_gpu, winners = cuda.max_pool(x_on_gpu, windows)
    assert np.array_equal(xp.asnumpy(on_gpu), y, equal_nan=True)
    for relu in (False, True):
        found = cuda.max_pool_backward(dy_on_gpu, x_on_gpu, on_gpu, winners, windows, relu)
        assert error(xp.asnumpy(found), cpu.max_pool_backward(dy, x, y, None, windows, relu)) < 1e-6
    x, areas = (
        np.nan_to_num(x, posinf=7, neginf=-7),
        rng.integers(1, 5, (*windows.out, 1)).astype(dtype),
    )
    assert_twins(xp, "avg_pool", [x, areas], windows, tolerance=1e-6)
    assert_twins(xp, "avg_pool_backward", [dy, areas], x.shape, windows, tolerance=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", [1, 2, 5, 12])
@pytest.mark.parametrize("beta", [0.75, 0.5])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_local_response_norm(rng, xp, dtype, size, beta, layout):
    x, dy = (in_layout(rng.standard_normal((2, 7, 3, 4)).astype(dtype), layout) for _ in range(2))
    tolerance = 1e-5 if dtype == "float32" else 1e-13
    assert_twins(xp, "local_response_norm", [x], size, 0.3, beta, 2.0, tolerance=tolerance)
    s = cpu.local_response_norm(x, size, 0.3, beta, 2.0)[1]
    assert_twins(
        xp, "local_response_norm_backward", [dy, x, s], size, 0.3, beta, tolerance=tolerance
    )


@pytest.mark.parametrize(
    "layouts",
    [
        ("contiguous", "contiguous"),
        ("channels last", "channels last"),
        ("contiguous", "channels last"),
        ("every second", "every second"),
    ],
)
def test_relu_backward(rng, xp, layouts):
    y, dy = (
        in_layout(rng.integers(-1, 2, (2, 3, 4, 5)).astype(np.float32), layout)
        for layout in layouts
    )
    assert_twins(
        xp, "relu_backward", [y, dy, np.full_like(dy, np.nan)], written=[2], tolerance=1e-9
    )


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("count", [1, 3, launch.MAX_PARAMETERS + 2])
def test_sgd(rng, xp, nesterov, count):
    """One step of many parameters of different shapes, in both dtypes.

    The gradient may lie in memory in another order.
    """
    steps = []
    for number in range(count):
        shape, dtype = (1 + number % 5, 3, 1 + number % 2), np.float32 if number % 3 else np.float64
        steps.append([rng.standard_normal(shape).astype(dtype) for _ in range(3)])
    steps[0][2] = np.asfortranarray(steps[0][2])
    on_gpu = [tuple(on_device(a, "gpu") for a in step) for step in steps]
    for kernels, some in ((cpu, steps), (cuda, on_gpu)):
        kernels.sgd(some, 0.1, 0.9, 5e-2, nesterov)
    for step, other in zip(steps, on_gpu, strict=True):
        assert all(error(xp.asnumpy(b), a) < 1e-6 for a, b in zip(step, other, strict=True))


@pytest.mark.parametrize("p", [0.0, 0.3, 1.0])
def test_dropout(rng, xp, p):
    x = rng.standard_normal((50, 40)).astype(np.float32)
    y, mask = (
        xp.asnumpy(a)
        for a in cuda.dropout(xp.asarray(x), p, 1 / (1 - p) if p < 1 else 0.0, backend.rng("gpu"))
    )
    assert (y == x * mask).all()
    assert set(np.unique(mask)) <= {np.float32(0), np.float32(1 / (1 - p) if p < 1 else 0)}
    assert abs((mask == 0).mean() - p) < 0.05


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", ["uint8", "int32", "int64"])
def test_loss(rng, xp, dtype, kind):
    z = rng.standard_normal((5, 7)).astype(dtype)
    labels, e = rng.integers(0, 7, 5).astype(kind), np.exp(z)
    assert_twins(xp, "scores_of_labels", [z, labels], tolerance=1e-9)
    tolerance = 1e-6 if dtype == "float32" else 1e-15
    arrays = [e, e.sum(axis=1), labels]
    assert_twins(xp, "softmax_cross_entropy_grad", arrays, tolerance=tolerance)


@pytest.mark.parametrize("label", [-1, 3])
def test_a_label_without_a_class_has_a_score_that_is_not_a_number(xp, label):
    z, labels = xp.asarray(np.ones((2, 3), np.float32)), xp.asarray(np.array([label, 0]))
    assert np.array_equal(xp.asnumpy(cuda.scores_of_labels(z, labels)), [np.nan, 1], equal_nan=True)


def test_both_devices_have_the_same_functions():
    contract = {name for name in dir(Kernels) if not name.startswith("_")}
    assert set(cuda.__all__) == set(cpu.__all__) == contract
    assert all(callable(getattr(cuda, name)) for name in cpu.__all__)


@pytest.mark.parametrize("kernels", [cpu, cuda])
def test_functions_of_both_devices_take_the_arguments_of_the_contract(kernels):
    for name in cpu.__all__:
        asked = inspect.signature(getattr(Kernels, name)).parameters
        offered = inspect.signature(getattr(kernels, name)).parameters
        assert list(offered) == list(asked)[1:], name  # without self
        for parameter, own in offered.items():
            assert own.default == asked[parameter].default, (name, parameter)
