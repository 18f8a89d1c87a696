"""Files of weights of all formats are recognised by content and read exactly, bad ones refused."""

import json
import os
import pickle
import random
import zipfile

import numpy as np
import pytest
from support import foreign

from minivgg import models, weights

STATE = {
    "features.0.weight": np.arange(4 * 3 * 9, dtype=np.float32).reshape(4, 3, 3, 3),
    "features.0.bias": np.array([1, -2, 3, 0.5], np.float32),
    "features.1.num_batches_tracked": np.array(7, np.int64),
}
FUZZ = int(os.environ.get("MINIVGG_FUZZ", "300"))  # damaged files of each kind


def written(kind, folder, state=STATE):
    """A file of this kind with these arrays."""
    path = folder / f"of-{kind.replace(' ', '-')}"  # the name says nothing about the kind
    if kind == "safetensors":
        weights.save(path, state)
    elif kind == "npz":
        with path.open("wb") as file:
            np.savez(
                file,
                **{name: np.asfortranarray(a) if a.ndim > 1 else a for name, a in state.items()},
            )
    elif kind == "HDF5":
        pytest.importorskip("h5py")
        import h5py

        with h5py.File(path, "w") as file:
            for name, array in state.items():
                file[name] = array
    else:
        (foreign.torch_zip if kind == "PyTorch zip" else foreign.torch_legacy)(path, state)
    return path


KINDS = ["safetensors", "npz", "HDF5", "PyTorch zip", "PyTorch pickle"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_recognised_and_read_exactly(kind, tmp_path):
    file = weights.read(written(kind, tmp_path))
    assert file.kind == kind
    assert set(file) == set(STATE)
    for name, array in STATE.items():
        assert file[name].shape == array.shape
        assert file[name].dtype == array.dtype
        assert (file[name] == array).all()
    assert all(
        (a == STATE[name]).all() and a.flags.writeable
        for name, a in weights.load(file.path).items()
    )


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_copied_and_nothing_can_be_written(kind, tmp_path):
    array = weights.read(written(kind, tmp_path))["features.0.weight"]
    assert not array.flags.owndata
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 1


def test_a_strided_tensor_shows_the_right_numbers(tmp_path):
    """PyTorch writes a transposed tensor as it lies, with its strides."""
    whole = np.arange(12.0, dtype=np.float32).reshape(3, 4)
    foreign.torch_zip(tmp_path / "t", {"features.0.weight": whole.T})
    state = weights.read(tmp_path / "t")["features.0.weight"]
    assert state.shape == (4, 3)


def test_weights_inside_a_checkpoint_are_found(tmp_path):
    """Training scripts keep {"epoch": ..., "state_dict": ...}."""
    import collections

    program = {"epoch": 3, "lr": 0.1, "state_dict": collections.OrderedDict()}
    with pytest.raises(OSError, match="no dictionary of tensors"):
        weights.read(_zip_of(tmp_path, pickle.dumps(program, 2)))


def _zip_of(folder, program):
    path = folder / "made.pth"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", program)
    return path


class Malicious:
    """Pickles as a call of os.system."""

    def __reduce__(self):
        return os.system, (f"touch {Malicious.trace}",)


@pytest.mark.parametrize("protocol", [0, 1, 2, 4, 5])
def test_a_pth_that_tries_to_run_code_is_refused_and_runs_none(protocol, tmp_path):
    Malicious.trace = tmp_path / "trace"
    path = _zip_of(tmp_path, pickle.dumps({"features.0.weight": Malicious()}, protocol))
    with pytest.raises(
        OSError,
        match=r"made\.pth .*it wants to use posix\.system, but a file of weights needs only tensors"
        "|has the instruction",
    ):
        weights.read(path)
    legacy = tmp_path / "legacy.pth"
    foreign.torch_legacy(legacy, STATE)
    raw = legacy.read_bytes()
    legacy.write_bytes(raw.replace(b"ccollections\nOrderedDict", b"cbuiltins\neval"))
    with pytest.raises(OSError, match=r"legacy\.pth .*it wants to use builtins\.eval"):
        weights.read(legacy)
    assert not Malicious.trace.exists()


@pytest.mark.parametrize("name", ["torch._utils _rebuild_tensor_v2", "collections OrderedDict"])
def test_known_functions_called_in_another_way_are_refused(name, tmp_path):
    module, attribute = name.split()
    program = f"c{module}\n{attribute}\n(I1\nI2\ntR.".encode()
    with pytest.raises(OSError, match=r"made\.pth .*table of tensors cannot be read"):
        weights.read(_zip_of(tmp_path, program))


def nested(depth):
    """A tuple in a tuple in a tuple ..., as the key of a dictionary."""
    return b"\x80\x02})" + b"\x85" * depth + b"Ns."


def doubled(times):
    """A tuple of twice a tuple of twice ...: 2^times when it is hashed."""
    return b"\x80\x02})" + b"".join(b"q%ch%c\x86" % (i, i) for i in range(times)) + b"Ns."


def repeated(pairs, times):
    """One list of pairs that many dictionaries are made of."""
    entries = b"".join(b"K\x01N\x86" for _ in range(pairs))
    return (
        b"\x80\x02]("
        + entries
        + b"eq\x00"
        + b"ccollections\nOrderedDict\nq\x01"
        + b"h\x01h\x00\x85R" * times
        + b"."
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "program",
    [nested(2_000_000), doubled(59), repeated(3000, 3000), b"\x80\x02" + b"}" * 20_000_000 + b"."],
)
def test_a_small_program_cannot_take_the_stack_the_time_or_the_memory(program, tmp_path):
    resource = pytest.importorskip("resource")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    path = _zip_of(tmp_path, program)
    with pytest.raises(
        OSError,
        match=r"made\.pth .*(no dictionary of tensors|takes more than 500,000 steps)",
    ):
        weights.read(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 256 << 10  # KiB


@pytest.mark.parametrize(
    "entry",
    [
        {"dtype": [], "shape": [1], "data_offsets": [0, 4]},
        {"dtype": "F32", "shape": [0, 10**30], "data_offsets": [0, 0]},
        {"dtype": "F32", "shape": [1], "data_offsets": [10**30, 10**30 + 4]},
        {"dtype": "F32", "shape": "1", "data_offsets": [0, 4]},
        [1, 2],
    ],
)
def test_impossible_headers_name_the_file(entry, tmp_path):
    header = json.dumps({"features.0.weight": entry}).encode()
    (tmp_path / "x").write_bytes(len(header).to_bytes(8, "little") + header + bytes(4))
    with pytest.raises(OSError, match=r"x \(safetensors\) cannot be used"):
        weights.read(tmp_path / "x")


def test_what_a_terminal_would_obey_is_not_printed(tmp_path):
    header = json.dumps(
        {"\x1b[31mred": {"dtype": "X", "shape": [1], "data_offsets": [0, 4]}}
    ).encode()
    (tmp_path / "x").write_bytes(len(header).to_bytes(8, "little") + header + bytes(4))
    with pytest.raises(OSError, match=r"\\x1b\[31mred"):
        weights.read(tmp_path / "x")


def test_a_list_of_tensors_says_what_to_do(tmp_path):
    with pytest.raises(OSError, match=r"save model\.state_dict\(\), not the model"):
        weights.read(_zip_of(tmp_path, pickle.dumps([1, 2], 2)))


def test_large_integers_as_keys_are_left_out(tmp_path):
    """Many of them can have one hash, and Python refuses to write one of 4300 digits in decimal."""
    program = pickle.dumps({10**5000: 1, 7: 2}, 2)
    path = _zip_of(tmp_path, program)
    with pytest.raises(OSError, match="no dictionary of tensors, only 7 "):
        weights.read(path)


@pytest.mark.parametrize("kind", KINDS)
def test_a_truncated_file_is_named(kind, tmp_path):
    path = written(kind, tmp_path)
    whole = path.read_bytes()
    for share in (0.3, 0.6, 0.98):
        path.write_bytes(whole[: int(share * len(whole))])
        with pytest.raises(OSError, match=f"{path.name}.*(truncated|no file of weights)"):
            weights.read(path)


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"\x00" * 100, b"PK\x03\x04", b"\x89HDF\r\n\x1a\n", b"\x80\x02."]
)
def test_other_files_are_refused(content, tmp_path):
    if b"HDF" in content:
        pytest.importorskip("h5py")
    (tmp_path / "x.pth").write_bytes(content)
    with pytest.raises(OSError, match=r"x\.pth"):
        weights.read(tmp_path / "x.pth")
    with pytest.raises(IsADirectoryError, match="is a folder"):
        weights.read(tmp_path)
    with pytest.raises(FileNotFoundError, match="there is no weights file"):
        weights.read(tmp_path / "none")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="pipe is not an ordinary file, as weights are"):
        weights.read(tmp_path / "pipe")


def test_names_are_limited_in_every_format(tmp_path):
    weights.save(tmp_path / "w", {"x" * 1001: np.zeros(1, np.float32)})
    with pytest.raises(OSError, match="an array whose name has 1,001 characters"):
        weights.read(tmp_path / "w")


@pytest.mark.parametrize("length", [600, 601])
def test_a_long_reason_is_cut_in_the_middle(length, tmp_path):
    words = (
        " has dtype 'X'; the dtypes read here are F64, F32, F16, I64, I32, I16, I8, U64, U32, U1"
    )
    words += "6, U8, BOOL, BF16, F8_E4M3, F8_E5M2"
    entry = {"dtype": "X", "shape": [1], "data_offsets": [0, 4]}
    header = json.dumps({"n" * (length - len(words)): entry}).encode()
    (tmp_path / "x").write_bytes(len(header).to_bytes(8, "little") + header + bytes(4))
    with pytest.raises(OSError, match="cannot be used: ") as caught:
        weights.read(tmp_path / "x")
    reason = str(caught.value).partition("cannot be used: ")[2]
    whole = "n" * (length - len(words)) + words
    assert reason == (whole if length == 600 else f"{whole[:300]} … {whole[-300:]}")


def test_what_is_loaded_is_in_c_order(tmp_path):
    np.savez(tmp_path / "x.npz", a=np.asfortranarray(np.arange(6.0).reshape(2, 3)))
    found = weights.load(tmp_path / "x.npz")["a"]
    assert found.flags.c_contiguous
    assert found.tolist() == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize("block", [1, 40, 1 << 20])
def test_an_array_is_copied_block_by_block(block, tmp_path, monkeypatch):
    monkeypatch.setattr("minivgg.weights.files.COPY_BLOCK_BYTES", block)
    arrays = {
        "plain": np.arange(60.0).reshape(3, 4, 5), "fortran": np.arange(60.0).reshape(3, 4, 5).T,
        "number": np.float64(7), "empty": np.zeros((0, 3)), "none": np.zeros((3, 0)),
    }  # fmt: skip
    np.savez(tmp_path / "x.npz", **arrays)
    file = weights.read(tmp_path / "x.npz")
    for name, array in arrays.items():
        target = np.full(np.shape(array), -1.0)
        weights.copy_into(target, file[name], file)
        assert np.array_equal(target, array), name
    matrix = np.full((3, 20), -1.0)
    weights.copy_into(matrix, file["plain"], file)  # as filters become a matrix
    assert np.array_equal(matrix, arrays["plain"].reshape(3, 20))


def damaged(whole, rng):
    """Bytes flipped (mostly near the ends, where tables of contents are), cut off, or swapped."""
    found, what = bytearray(whole), rng.randrange(4)
    if what < 2:
        for _ in range(rng.choice([1, 1, 2, 4, 16])):
            ends = rng.choice(
                [
                    rng.randrange(min(2048, len(found))),
                    -1 - rng.randrange(min(2048, len(found))),
                    rng.randrange(len(found)),
                ]
            )
            found[ends] = rng.choice(
                [0, 255, rng.randrange(256), found[ends] ^ (1 << rng.randrange(8))]
            )
    elif what == 2:
        del found[rng.randrange(len(found)) :]
    else:
        first, second = sorted(rng.sample(range(len(found)), 2))
        length = min(second - first, len(found) - second, rng.randrange(1, 200))
        found[first : first + length], found[second : second + length] = (
            found[second : second + length],
            found[first : first + length],
        )
    return bytes(found)


def _complaint(net, path):
    """The error for a file, or None where it still loads; any other exception is a crash."""
    try:
        models.load_weights(net, path)
    except (OSError, ValueError) as error:
        return str(error)
    return None


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::minivgg.utils.notices.Notice")  # of pixels, of NaN
@pytest.mark.parametrize("kind", KINDS)
def test_randomly_damaged_files_never_crash_nor_change_the_net(kind, tmp_path):
    """``MINIVGG_FUZZ=10000`` damages that many of each kind; each is refused, or still loads."""
    resource = pytest.importorskip("resource")
    rng, net = random.Random(kind), models.vgg([4, "M", 4, "M"], 3, (3, 8, 8), hidden=(6, 5))
    random_weights = np.random.default_rng(0)
    path = tmp_path / "x"
    if kind == "HDF5":
        foreign.keras(path, foreign.of_net(net, "keras", random_weights))
    elif kind == "npz":
        with path.open("wb") as file:
            np.savez(file, **foreign.of_net(net, "frossard", random_weights))
    else:
        path = written(kind, tmp_path, foreign.of_net(net, "torchvision", random_weights))
    whole = path.read_bytes()
    models.load_weights(net, path)
    before, peak = net.state_dict(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refused = 0
    with np.errstate(all="ignore"):
        for _ in range(FUZZ):
            path.write_bytes(damaged(whole, rng))
            if complaint := _complaint(net, path):
                refused += 1
                assert str(path) in complaint
                assert all(
                    array.tobytes() == before[name].tobytes()
                    for name, array in net.arrays().items()
                )
            else:  # numbers may have changed: back to the beginning
                net.load_state_dict(before)
    assert FUZZ / 4 < refused < FUZZ
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak < 64 << 10  # KiB
