"""The pretended card refuses what a card would answer with wrong numbers, and says what it was."""

import os
import subprocess
import sys

import numpy as np
import pytest

from minivgg import backend

if "gpu" not in backend.available():
    pytest.skip("there is no GPU", allow_module_level=True)
cupy = backend.devices.cupy()
if cupy.cuda.runtime.getDeviceProperties(0)["name"] != b"pretended card":
    pytest.skip("the GPU is no pretended one", allow_module_level=True)

CODE = """
extern "C" __global__ void copy(const float* from, float* to, int first) {
    to[threadIdx.x] = from[(int)threadIdx.x + first];
}
"""


def copy(source, target, threads, first=0, blocks=1):
    cupy.RawKernel(CODE, "copy")((blocks,), (threads,), (source, target, np.int32(first)))


@pytest.fixture
def arrays():
    """Two arrays of 5 numbers; nothing was written to the second."""
    return cupy.arange(5, dtype=np.float32), cupy.empty(5, np.float32)


def test_a_kernel_that_stays_within_its_arrays_runs(arrays):
    copy(*arrays, 5)
    assert (arrays[1] == arrays[0]).all()


@pytest.mark.parametrize(("first", "place"), [(1, "20 of a block of 20 bytes"), (-1, "")])
def test_reads_outside_of_an_array_are_refused(arrays, first, place):
    with pytest.raises(
        cupy.cuda.driver.CUDADriverError, match=f"copy on card 0 reads 4 bytes at {place}"
    ):
        copy(*arrays, 5, first)


def test_writes_beyond_an_array_are_refused(arrays):
    source = cupy.arange(6, dtype=np.float32)
    with pytest.raises(
        cupy.cuda.driver.CUDADriverError, match="writes 4 bytes at 20 of a block of 20"
    ):
        copy(source, arrays[1], 6)


def test_reads_of_what_was_never_written_are_refused(arrays):
    with pytest.raises(cupy.cuda.driver.CUDADriverError, match="reads 4 unwritten bytes at 0 of"):
        copy(*arrays[::-1], 5)
    with pytest.raises(
        cupy.cuda.runtime.CUDARuntimeError, match="a copy on card 0 reads 20 unwritten"
    ):
        cupy.asnumpy(cupy.empty(5, np.float32))


def test_an_unwritten_part_stays_unwritten_when_it_is_copied(arrays):
    whole = cupy.empty(8, np.float32)
    whole[:4] = 1
    copied = cupy.empty(8, np.float32)
    copied.data.copy_from_device(whole.data, whole.nbytes)
    assert cupy.asnumpy(copied[:4]).tolist() == [1] * 4
    with pytest.raises(cupy.cuda.runtime.CUDARuntimeError, match="unwritten bytes at 16 of"):
        cupy.asnumpy(copied[4:])


def test_a_copy_beyond_an_array_is_refused(arrays):
    with pytest.raises(cupy.cuda.runtime.CUDARuntimeError):
        arrays[1].data.copy_from_device(arrays[0].data, 24)


def test_memory_that_was_freed_is_refused(arrays):
    source = cupy.arange(5, dtype=np.float32)
    memory = cupy.cuda.UnownedMemory(source.data.ptr, 20, None, 0)
    view = cupy.ndarray(5, np.float32, cupy.cuda.MemoryPointer(memory, 0))
    copy(view, arrays[1], 5)
    del source
    with pytest.raises(cupy.cuda.driver.CUDADriverError, match="copy on card 0 reads 4 bytes"):
        copy(view, arrays[1], 5)


def test_a_product_of_what_was_never_written_is_refused():
    a, b = cupy.ones((3, 4)), cupy.empty((4, 2))
    with pytest.raises(cupy.cuda.cublas.CUBLASError):
        cupy.matmul(a, b)


@pytest.mark.parametrize(("threads", "blocks"), [(1025, 1), (5, 1 << 31)])
def test_grids_that_no_card_takes_are_refused(arrays, threads, blocks):
    with pytest.raises((cupy.cuda.driver.CUDADriverError, OverflowError)):
        copy(*arrays, threads, blocks=blocks)


def test_an_array_of_one_card_is_refused_by_the_other(arrays):
    with cupy.cuda.Device(1):
        target = cupy.empty(5, np.float32)
        with pytest.raises(cupy.cuda.driver.CUDADriverError, match=r"on card 1 reads .* on card 0"):
            copy(arrays[0], target, 5)


def test_a_stream_of_one_card_is_refused_by_the_other(arrays):
    stream = cupy.cuda.Stream(non_blocking=True)
    with cupy.cuda.Device(1), pytest.raises(cupy.cuda.runtime.CUDARuntimeError):
        stream.record()


def test_threads_wait_for_each_other_at_a_barrier():
    code = """
    extern "C" __global__ void reverse(float* a) {
        __shared__ float kept[7];
        kept[threadIdx.x] = a[threadIdx.x];
        __syncthreads();
        a[threadIdx.x] = kept[6 - threadIdx.x];
    }"""
    a = cupy.arange(7, dtype=np.float32)
    cupy.RawKernel(code, "reverse")((1,), (7,), (a,))
    assert cupy.asnumpy(a).tolist() == [6, 5, 4, 3, 2, 1, 0]


def test_errors_of_the_compiler_are_shown_with_their_lines():
    with pytest.raises(cupy.cuda.compiler.CompileException, match=r"source\.cu:1:.*missing"):
        cupy.RawKernel('extern "C" __global__ void k(float* a) { missing(a); }', "k").compile()


def test_the_names_of_kernels_that_ran_are_written_to_a_file(tmp_path):
    code = "import cupy; cupy.ones(3) + 1"
    environment = os.environ | {"PRETEND_LAUNCHES": str(tmp_path / "launches")}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    names = (tmp_path / "launches").read_text().split()
    assert [name.partition("__")[0] for name in names] == ["cupy_fill", "cupy_add"]
