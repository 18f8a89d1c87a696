"""Build a CUDA device in the host's memory, and the CuPy of PyPI's wheel on it.

    python tests/support/pretend_device/build.py FOLDER [--cupy 13] && . FOLDER/env.sh

Then this Python finds CuPy and a GPU. CuPy runs as it does on a card, but for two of its modules that
are compiled anew from its sources: CUDA's runtime is linked into one, and machine code for cards into
the other. One library takes the place of all of CUDA's. Kernels are compiled by g++ and run thread by
thread; reads of what was never written, and whatever is outside of an array, are errors.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
MODULES = ("cupy_backends/cuda/api/runtime", "cupy/random/_generator_api")
HEADERS = ("runtime", "crt", "profiler-api")
RELEASES = {  # of CuPy by its version: its number, CUDA's, Cython's, and other packages
    "14": (
        "14.2.0",
        13,
        "3.2.*",
        ["cuda-pathfinder", *(f"nvidia-cuda-{h}==13.*" for h in HEADERS)],
    ),
    "13": (
        "13.6.0",
        12,
        "3.0.*",
        ["fastrlock", "nvidia-cuda-runtime-cu12", "nvidia-cuda-nvcc-cu12"],
    ),
}
COMPILE = "g++ -w -O1 -std=c++17 -fpermissive -fno-strict-aliasing -fPIC -fsanitize=thread"
STUB = """#include <cstdio>
#define STUB(name) extern "C" __attribute__((weak)) int name() { \\
    fprintf(stderr, "pretend device: there is no %s\\n", #name); return 801; }
"""


def build(folder: Path, release: str, cuda: int, cython: str, packages: list[str]) -> None:
    """Fill a folder with CuPy, the library, and ``env.sh``."""
    site, tools, lib = folder / "site", folder / "tools", folder / "lib"
    sources, include = folder / f"cupy-{release}", site / f"nvidia/cu{cuda}/include"
    for name in ("lib", "kernels"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    into = ("install", "--upgrade", "--target")
    pip(*into, site, "--no-deps", f"cupy-cuda{cuda}x=={release}", *packages)
    pip(*into, tools, f"Cython=={cython}", "setuptools>=77", "wheel")
    options = ("--no-deps", "--no-build-isolation", "--no-binary", ":all:", "-d", folder)
    tools_only = {"PYTHONPATH": str(tools), "CUPY_INSTALL_USE_STUB": "1"}
    pip("download", *options, f"cupy=={release}", **tools_only)
    with tarfile.open(folder / f"cupy-{release}.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    for real in site.glob("nvidia/**/libcudart.so.*"):
        real.unlink()
    shutil.copy(HERE / "cupy_distributions.cuh", sources / "cupy/random")
    shutil.copy(HERE / "kernel.h", folder)
    cupy = site / "cupy/_core/include"
    folders = [cupy, *(cupy / "cupy/_cccl" / name for name in ("libcudacxx", "thrust", "cub"))]
    compiler = " ".join([COMPILE, "--param tsan-instrument-func-entry-exit=0"])
    compiler += "".join(f" -I{path}" for path in (folder, *folders, include))
    run(*compiler.split(), "-x", "c++-header", folder / "kernel.h")  # precompiled
    flags = [
        "-w",
        "-fPIC",
        "-shared",
        "-std=c++17",
        "-U_FORTIFY_SOURCE",
        f"-I{HERE}",
        f"-I{include}",
    ]
    target = lib / "libpretend.so"
    run(
        "g++", *flags, "-x", "c++", os.devnull, "-o", target
    )  # for the modules, which tell what it needs
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda name: module(name, folder, sources, cuda, flags), MODULES))
    defines = [f"-DVERSION={cuda}", f'-DBUILD_FOLDER="{folder}"', f'-DCOMPILE="{compiler}"']
    library(target, site, cuda, [*flags, *defines])
    variables = {
        "PYTHONPATH": f"{site}:$PYTHONPATH",
        "LD_LIBRARY_PATH": lib,
        "CUDA_PATH": include.parent,
        "CUPY_CACHE_DIR": folder / "cupy-cache",
        "CUPY_ACCELERATORS": "",
        "MINIVGG_REQUIRE_GPU": 1,
        "PRETEND_CARDS": 2,
    }
    lines = [f'export {name}="{value}"\n' for name, value in variables.items()]
    (folder / "env.sh").write_text("".join(lines))


def module(path: str, folder: Path, sources: Path, cuda: int, flags: list[str]) -> None:
    """Compile one of CuPy's own modules."""
    constants = {
        "USE_CUDA_PYTHON": 0,
        "CUDA_VERSION": cuda * 1000,
        "HIP_VERSION": 0,
        "CUFFT_STATIC": 0,
    }
    settings = [f"-ECUPY_{name}={value}" for name, value in constants.items()]
    cython = (sys.executable, "-m", "cython", "-3", "--cplus", "-X", "binding=False", *settings)
    run(*cython, f"{path}.pyx", cwd=sources, PYTHONPATH=str(folder / "tools"))
    target = folder / "site" / f"{path}{sysconfig.get_config_var('EXT_SUFFIX')}"
    includes = [f"-I{sysconfig.get_paths()['include']}", f"-I{np.get_include()}", "-I."]
    defines = ['-DCYTHON_EXTERN_C=extern "C"', "-DNPY_TARGET_VERSION=NPY_2_0_API_VERSION"]
    libraries = [f"-L{folder / 'lib'}", "-Wl,--no-as-needed", "-lpretend"]
    run(
        "g++",
        "-O1",
        *flags,
        *includes,
        *defines,
        f"{path}.cpp",
        "-o",
        target,
        *libraries,
        cwd=sources,
    )


def library(target: Path, site: Path, cuda: int, flags: list[str]) -> None:
    """The library: what CuPy asks for and it lacks is there, and fails when it is called."""
    modules = list(map(str, site.glob("cupy*/**/*.so")))
    names = re.findall(
        r" U ((?:cu[A-Z]|cuda|cublas|cu\w+?|nccl|nvrtc|nvtx)\w+)", output("nm", "-DuA", *modules)
    )
    stubs = target.with_name("stubs.cpp")
    stubs.write_text(STUB + "".join(f"STUB({name})\n" for name in sorted(set(names))))
    run(
        "g++",
        "-O2",
        "-march=native",
        *flags,
        *HERE.glob("*.cpp"),
        stubs,
        "-o",
        target,
        "-ldl",
        "-lpthread",
    )
    needed = "".join(output("objdump", "-p", module) for module in modules)
    loaded = {f"lib{name}.so.{cuda}" for name in ("nvrtc", "cudart", "cublasLt")} | {"libcuda.so.1"}
    for name in loaded.union(re.findall(r"\blib(?:cu|nv|nccl)\w*\.so\.[\d.]+", needed)):
        target.with_name(name).unlink(missing_ok=True)
        target.with_name(name).symlink_to(target.name)


def pip(*arguments, **environment) -> None:
    """Run pip quietly."""
    run(sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", *arguments, **environment)


def run(*command, cwd=None, **environment) -> None:
    """Run a command; if it fails, so does the build."""
    subprocess.run(list(map(str, command)), cwd=cwd, env=os.environ | environment, check=True)


def output(*command: str) -> str:
    """What a command prints."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cupy", choices=RELEASES, default="14")
    options = parser.parse_args()
    build(options.folder.resolve(), *RELEASES[options.cupy])
