"""Build a CUDA device in the host's memory, with the CuPy of PyPI's wheel on it.

    python tests/support/pretend_device/build.py FOLDER [--cupy 13] && . FOLDER/env.sh

Then this Python finds CuPy with a GPU. All of CuPy runs as it does on a card, but for two of its
modules, which are made anew from CuPy's sources: ``runtime``, since CUDA's runtime is linked into it,
and ``random._generator_api``, since it has machine code for cards. CUDA's libraries are those of this
folder. Kernels are compiled by g++ and run thread by thread, with each read and write checked.
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

HERE = Path(__file__).resolve().parent
MODULES = ("cupy_backends.cuda.api.runtime", "cupy.random._generator_api")
VERSIONS = {  # of CuPy: its release, that of CUDA, and the packages with headers
    "14": ("14.2.0", 13, "3.2.*", "cuda-pathfinder nvidia-cuda-runtime==13.* nvidia-cuda-crt==13.* nvidia-cuda-profiler-api==13.*"),
    "13": ("13.6.0", 12, "3.0.*", "fastrlock nvidia-cuda-runtime-cu12 nvidia-cuda-nvcc-cu12"),
}
CUDA_NAME = re.compile(r"\b(cu[A-Z]|cuda[A-Z]|cublas|curand|cusolver|cusparse|cufft|nccl|nvrtc|nvtx)\w+")
CUDA_LIBRARY = re.compile(r"\blib(?:cu|nv|nccl)\w*\.so\.[\d.]+")
OPTIONS = ("-w", "-fPIC", "-std=c++17", "-U_FORTIFY_SOURCE", f"-I{HERE}")


def main() -> None:
    """Build; what is there from a build before is used."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cupy", choices=VERSIONS, default="14")
    arguments = parser.parse_args()
    build(arguments.folder.resolve(), *VERSIONS[arguments.cupy])


def build(folder: Path, release: str, cuda: int, cython: str, needed: str) -> None:
    """Fill a folder with CuPy, the libraries, and ``env.sh``."""
    site, tools, sources = folder / "site", folder / "tools", folder / f"cupy-{release}"
    for name in ("lib", "kernels", "cupy-cache"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    pip("install", "--no-deps", "--upgrade", "--target", site, f"cupy-cuda{cuda}x=={release}", *needed.split())
    pip("install", "--upgrade", "--target", tools, f"Cython=={cython}", "setuptools>=77", "wheel")
    environment = {"PYTHONPATH": str(tools), "CUPY_INSTALL_USE_STUB": "1"}
    options = ("--no-deps", "--no-build-isolation", "--no-binary", ":all:", "-d", folder)
    pip("download", *options, f"cupy=={release}", **environment)
    with tarfile.open(folder / f"cupy-{release}.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    for real in site.glob("nvidia/**/libcudart.so.*"):
        real.unlink()
    include = next(site.glob("nvidia/**/cuda_runtime_api.h")).parent
    flags = [f"-DCUDA_VERSION_HERE={cuda * 1000}", f"-I{include}"]
    flags += [f'-DFOLDER_HERE="{folder}"', f'-DCUDA_HEADERS_HERE="{include}"']
    shutil.copy(HERE / "kernel.h", folder)
    shutil.copy(HERE / "cupy_distributions.cuh", sources / "cupy" / "random")
    target = folder / "lib" / "libpretend.so"
    run("g++", "-shared", "-x", "c++", os.devnull, "-o", target)  # to link with, before all is known
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda name: module(name, folder, sources, cuda, flags), MODULES))
    library(target, site, cuda, flags)
    variables = {
        "PYTHONPATH": f"{site}:$PYTHONPATH",
        "LD_LIBRARY_PATH": folder / "lib",
        "CUDA_PATH": include.parent,
        "CUPY_CACHE_DIR": folder / "cupy-cache",
        "CUPY_ACCELERATORS": "",
        "MINIVGG_REQUIRE_GPU": 1,
    }
    lines = [f'export {name}="{value}"\n' for name, value in variables.items()]
    (folder / "env.sh").write_text("".join(lines))


def library(target: Path, site: Path, cuda: int, flags: list[str]) -> None:
    """One library in place of all of CUDA's; what it lacks is there, and fails when it is called."""
    modules = [*site.glob("cupy*/**/*.so")]
    wanted = {m[0] for m in CUDA_NAME.finditer(output("nm", "-D", "-u", "-A", *modules))}
    stubs = target.with_name("stubs.cpp")
    stubs.write_text(
        "#include <cstdio>\n#define STUB(name) extern \"C\" __attribute__((weak)) int name() "
        '{ fprintf(stderr, "pretend device: " #name " is missing\\n"); return 801; }\n'
        + "".join(f"STUB({name})\n" for name in sorted(wanted))
    )
    files = [*sorted(HERE.glob("*.cpp")), stubs]
    run("g++", "-O2", "-march=native", "-shared", *OPTIONS, *flags, *files, "-o", target, "-ldl", "-lpthread")
    needed = set(CUDA_LIBRARY.findall("".join(output("objdump", "-p", m) for m in modules)))
    loaded = {f"lib{name}.so.{cuda}" for name in ("nvrtc", "cudart", "cublasLt")} | {"libcuda.so.1"}
    for name in needed | loaded:
        link = target.with_name(name)
        link.unlink(missing_ok=True)
        link.symlink_to(target.name)


def module(name: str, folder: Path, sources: Path, cuda: int, flags: list[str]) -> None:
    """Make one of CuPy's own modules from its source."""
    import numpy

    path = name.replace(".", "/")
    constants = {
        "CUPY_USE_CUDA_PYTHON": False,
        "CUPY_CUFFT_STATIC": False,
        "CUPY_CUDA_VERSION": cuda * 1000,
        "CUPY_HIP_VERSION": 0,
        "CUPY_CYTHON_VERSION": "3",
    }
    settings = [f"-E{key}={value}" for key, value in constants.items()]
    run(sys.executable, "-m", "cython", "-3", "--cplus", "-X", "binding=False", *settings, f"{path}.pyx", PYTHONPATH=str(folder / "tools"), cwd=sources)
    target = folder / "site" / f"{path}{sysconfig.get_config_var('EXT_SUFFIX')}"
    includes = [f"-I{sysconfig.get_paths()['include']}", f"-I{numpy.get_include()}", "-I."]
    defines = ['-DCYTHON_EXTERN_C=extern "C"', "-DNPY_TARGET_VERSION=NPY_2_0_API_VERSION"]
    libraries = [f"-L{folder / 'lib'}", "-Wl,--no-as-needed", "-lpretend"]
    run("g++", "-O1", "-shared", *OPTIONS, *flags, *includes, *defines, f"{path}.cpp", "-o", target, *libraries, cwd=sources)


def pip(*arguments, **environment) -> None:
    """Run pip quietly."""
    run(sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", *arguments, **environment)


def run(*command, cwd=None, **environment) -> None:
    """Run a command; if it fails, so does the build."""
    subprocess.run(list(map(str, command)), cwd=cwd, env=os.environ | environment, check=True)


def output(*command) -> str:
    """What a command prints."""
    return subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
