"""The readers of files that others made, each with whole files that are damaged for it.

A reader is a function of the bytes of a file. It raises an error that refuses the file, or returns.
"""

import functools
import importlib.util
import io
import json
import shutil
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import damage, run_files, survival, weight_files
from .image_readers import (
    UNBOUNDED,
    compressed_image_tars,
    image_tars,
    image_zips,
    memory_of_picture,
    of_format,
    read_images,
    read_picture,
)

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "lessons" / "assignments"
TASKS_OF_CHECKS = (
    "im2col", "conv_backward", "col2im", "maxpool_backward", "relu_backward", "dropout_forward",
    "softmax_cross_entropy", "sgd_step", "plateau", "count_parameters", "class_map",
)  # fmt: skip
OUTSIDE = "something was written outside of the scratch folder: "


class Remark(Exception):
    """A hand-in is kept, with a remark for the student."""


@dataclass(frozen=True)
class Reader:
    """A reader, and what it is given.

    name: in the table. format: of damage. originals: makes the whole files. read: takes a file's
    bytes and a folder for it. allowed: how it may refuse a file. memory: how many bytes it may
    take, or a function of the file that says so.
    """

    name: str
    format: str
    originals: Callable[[], tuple[bytes, ...]]
    read: Callable[[bytes, Path], object]
    allowed: tuple[type[BaseException], ...] = survival.ALLOWED
    memory: int | Callable[[bytes], int] = 200 << 20


def survive(reader, count, seed=0, seconds=5.0):
    """Give ``count`` mutants to a reader; returns a ``Survival``."""
    mutants = damage.mutants(reader.originals(), reader.format, count, seed)
    with tempfile.TemporaryDirectory(prefix="damaged-") as folder:
        read = functools.partial(_read_in, reader.read, Path(folder))
        return survival.survives(read, mutants, reader.allowed, seconds, reader.memory)


def _read_in(read, folder, data):
    read(data, folder)


def sources():
    """Two solved assignments as programs."""
    names = ("convolution", "loss")
    return tuple((SOURCES / f"{name}.py").read_bytes() for name in names)


def notebooks():
    """The same as notebooks of two formats, with outputs."""
    found = []
    for text in sources():
        parts = text.decode().split("\n\n\n")
        cells = [
            {"cell_type": "code", "execution_count": i, "id": f"a{i}", "metadata": {},
            "outputs": [],
             "source": part.splitlines(keepends=True)}
            for i, part in enumerate(parts, 1)
        ]  # fmt: skip
        note = {"cell_type": "markdown", "metadata": {}, "source": ["# My solution\n"]}
        metadata = {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
        tree = {"cells": [note, *cells], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
        found.append(json.dumps(tree, indent=1).encode())
    return tuple(found)


def zips():
    """Submissions as zips of each method, with folders, a date, and a zip inside."""
    program, notebook = sources()[1], notebooks()[1]
    found = []
    for method in (
        zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_BZIP2,
        zipfile.ZIP_LZMA,
    ):  # fmt: skip
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", method) as archive:
            archive.writestr(zipfile.ZipInfo("work/", (2026, 1, 2, 3, 4, 6)), b"")
            archive.writestr("work/loss.py", program)
            archive.writestr("work/relu_dropout (1).ipynb", notebook)
            archive.writestr("answers.txt", b"none")
            if found:
                archive.writestr("old.zip", found[0])
        found.append(file.getvalue())
    return tuple(found)


def tars():
    """A submission as a tar, compressed."""
    found = []
    for form in (tarfile.USTAR_FORMAT, tarfile.PAX_FORMAT):
        file = io.BytesIO()
        with tarfile.open(fileobj=file, mode="w:gz", format=form) as archive:
            for name, content in (("work/loss.py", sources()[1]), ("é" * 30 + ".py", b"x = 1\n")):
                info = tarfile.TarInfo(name)
                info.size, info.mtime = len(content), 1767323046
                archive.addfile(info, io.BytesIO(content))
        found.append(file.getvalue())
    return tuple(found)


def hidden_checks():
    """Files of hidden checks; the name of the task is in the first case's words."""
    from minivgg.classroom.case_generators import generate_cases

    found = []
    for number, name in enumerate(TASKS_OF_CHECKS):
        cases = generate_cases(name, 3, [7, number])
        cases[0]["about"] = name
        found.append(json.dumps(cases, indent=1).encode())
    return tuple(found)


def read_hidden_checks(data, folder):
    """As ``grade --hidden`` reads them: for the task that the file was made for."""
    from minivgg.classroom.grading.hidden_cases import load_hidden_cases

    names = [name for name in TASKS_OF_CHECKS if f'"{name}"'.encode() in data]
    path = folder / f"{names[0] if names else 'im2col'}.json"
    path.write_bytes(data)
    try:
        load_hidden_cases(folder)
    except ValueError as error:
        sentence = str(error)
        assert path.name in sentence, f"the file is not named: {sentence}"
        assert len(sentence) < 1000, f"a sentence of {len(sentence)} characters"
        raise
    finally:
        path.unlink()


RESULT_TASKS = ("softmax_cross_entropy", "im2col")


def result_files():
    """What child processes hand back for two tasks: right results, and some that are errors."""
    from minivgg.classroom.bank import TASKS
    from minivgg.classroom.results import bank_results
    from minivgg.classroom.worker import packing

    found = []
    for name in RESULT_TASKS:
        task = TASKS[name]
        records = [list(calls) for calls in bank_results(task, task.cases).records]
        error = {"error": ["ValueError", "shapes (2,3) and (4,)", 7, "y = x @ w"], "changed": []}
        found.append(packing.to_bytes({"cases": records}))
        found.append(packing.to_bytes({"cases": [[error], *records[1:]]}))
    return tuple(found)


def read_result_file(data, folder):
    """As the grader reads it, for each task that it could be of; what it accepts is graded."""
    from minivgg.classroom.bank import TASKS
    from minivgg.classroom.grader import grade_results
    from minivgg.classroom.isolation import child_results
    from minivgg.classroom.results import Results

    (folder / child_results.RESULTS).write_bytes(data)
    problems = []
    for name in RESULT_TASKS:
        task = TASKS[name]
        cases = [*task.cases, task.cases[0]]
        found = child_results.read_results(folder, cases, len(task.returns))
        if found.problem or found.error or not found.is_there:
            problems.append(found.problem or "an error")
        else:
            grade_results(Results(task, task.cases, found.records))
    if len(problems) == len(RESULT_TASKS):
        raise Remark(problems[0])


def _read_program(suffix):
    def read(data, folder):
        """As the child process reads it, without running it; and as the grader chooses files."""
        from minivgg.classroom.handins import choosing
        from minivgg.classroom.handins.submission import File, Submission
        from minivgg.classroom.worker import loading, source_text

        path = folder / f"loss{suffix}"
        path.write_bytes(data)
        file = File(path, path.name, 0.0)
        choosing.choose_file(Submission("ada", [file]), "loss")
        choosing.functions_in_guide(File(path, f"loss_guide{suffix}", 0.0))
        choosing.choose_file(Submission("ada", [File(path, f"mine{suffix}", 0.0)]), "convolution")
        source = source_text.read_source(path)
        if source.cells is None:
            tree, _ = loading._parse_script(source.text, str(path))
            compile(tree, str(path), "exec")
        else:
            loading._parse_notebook(source.cells, str(path))

    return read


def read_hand_in(suffix):
    """A reader of one student's archive, as ``grade`` collects and chooses its files."""

    def read(data, folder):
        from minivgg.classroom.handins import choosing, collecting

        entries, scratch = folder / "class", folder / "scratch"
        entries.mkdir(exist_ok=True)
        scratch.mkdir()
        (entries / f"ada{suffix}").write_bytes(data)
        try:
            found = collecting.find_submissions(entries, scratch).submissions
            assert len(found) == 1, f"{len(found)} students for one hand-in"
            for name in ("loss", "relu_dropout"):
                choosing.choose_file(found[0], name)
            outside = {path.name for path in folder.iterdir()} - {"class", "scratch"}
            assert not outside, OUTSIDE + str(outside)
            assert len(list(entries.iterdir())) == 1, OUTSIDE + "class"
            links = [path for path in scratch.rglob("*") if path.is_symlink()]
            assert not links, f"links: {links}"
            if found[0].remarks:
                raise Remark(found[0].remarks[0])
        finally:
            shutil.rmtree(scratch)
            shutil.rmtree(entries)

    return read


# what parsing a script may raise: the child process turns it into a sentence
UNPARSED = (ValueError, SyntaxError, RecursionError, MemoryError)
HEIC = ("HEIF",) if importlib.util.find_spec("pillow_heif") else ()
PICTURES = ("TIFF float", "TIFF", "PNG", "JPEG", "BMP", "WEBP", "GIF", "JPEG2000", *HEIC)

READERS = {
    reader.name: reader
    for reader in (
        Reader("programs", "python", sources, _read_program(".py"), UNPARSED),
        Reader("notebooks", "notebook", notebooks, _read_program(".ipynb"), UNPARSED),
        Reader("submission zips", "zip", zips, read_hand_in(".zip"), (Remark,)),
        Reader("submission tars", "tar.gz", tars, read_hand_in(".tar.gz"), (Remark,)),
        Reader("result files", "container", result_files, read_result_file, (Remark,)),
        Reader("pth", "zip with a pickle", weight_files.of_torch, weight_files.read, (OSError,)),
        Reader(
            "legacy pth", "pickle", weight_files.of_torch_before_1_6, weight_files.read, (OSError,)
        ),
        Reader("safetensors", "container", weight_files.safetensors, weight_files.read, (OSError,)),
        Reader("hdf5", "hdf5", weight_files.hdf5, weight_files.read, (OSError,)),
        Reader("npz", "zip", weight_files.npz, weight_files.read, (OSError,)),
        Reader("npy", "pickle", weight_files.npy, weight_files.read, (OSError,)),
        Reader("keras", "zip", weight_files.keras, weight_files.read, (OSError,)),
        Reader("image zips", "zip", image_zips, read_images(".zip"), (ValueError, OSError)),
        Reader("image tars", "tar", image_tars, read_images(".tar"), (ValueError, OSError)),
        Reader(
            "image tar.gz",
            "tar.gz",
            compressed_image_tars,
            read_images(".tar.gz"),
            (ValueError, OSError),
        ),
        Reader("ONNX", "protobuf", weight_files.onnx, weight_files.read, (OSError,)),
        *(
            Reader(name, format, of_format(name), read_picture(), (OSError,), memory_of_picture)
            for name, format in (
                ("TIFF float", "tiff"),
                ("TIFF", "tiff"),
                ("PNG", "png"),
                ("JPEG", "jpeg"),
                ("BMP", "bytes"),
            )
        ),
        *(
            Reader(name, "bytes", of_format(name), read_picture(UNBOUNDED), (OSError,))
            for name in ("WEBP", "GIF", "JPEG2000", *HEIC)
        ),
        Reader("saved pth", "zip", weight_files.by_save_torch, weight_files.read, (OSError,)),
        Reader(
            "index of weights", "json", weight_files.indexes, weight_files.read_index, (OSError,)
        ),
        Reader("hidden checks", "hidden checks", hidden_checks, read_hidden_checks, (ValueError,)),
        Reader("state.json", "json", run_files.states, run_files.resume),
        Reader("config.json", "json", run_files.configs, run_files.use),
    )
}
