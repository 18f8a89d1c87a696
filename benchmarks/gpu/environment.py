"""What is installed, how fast the card multiplies and copies, and how exactly it multiplies."""

import platform

import numpy as np

from benchmarks.gpu import internals
from benchmarks.gpu.session import Session, say
from minivgg import backend


def environment(session: Session) -> None:
    """Versions, the card, NCCL, the rates of products and copies, and the precision of products."""
    torch = session.torch
    versions = {"Python": platform.python_version(), "NumPy": np.__version__}
    if torch is not None:
        versions["PyTorch"] = torch.__version__
    say(", ".join(f"{name} {version}" for name, version in versions.items()))
    if session.device == "gpu":
        with session.row("card"):
            _card()
        with session.row("NCCL"):
            say(f"has_nccl(): {internals.has_nccl()}")
            from cupy.cuda import nccl

            say(f"from cupy.cuda import nccl: available = {nccl.available}")
        with session.row("rates"):
            _rates(session)
    if torch is not None and session.torch_device == "cuda":
        version = torch.backends.cudnn.version()
        say(f"PyTorch finds {torch.cuda.get_device_name(0)}, cuDNN {version}")


def _card() -> None:
    cupy = backend.namespace()
    runtime, properties = cupy.cuda.runtime, cupy.cuda.runtime.getDeviceProperties(0)
    say(
        f"CuPy {cupy.__version__}, {properties['name'].decode()}, "
        f"{properties['multiProcessorCount']} SMs, L2 {properties.get('l2CacheSize', 0) >> 20} MB, "
        f"driver {runtime.driverGetVersion()}, runtime {runtime.runtimeGetVersion()}, "
        f"accelerators {cupy._core.get_routine_accelerators()}"
    )
    say(
        f"available: {backend.available()}; "
        f"free memory {backend.free_memory('gpu') / 2**30:.1f} GiB"
    )


def _rates(session: Session) -> None:
    """Of a large product and a large copy; a product must have the precision that was asked for."""
    cupy, n = backend.namespace(), 512 if session.small else 8192
    a, b = backend.rng("gpu").random((n, n), dtype=np.float32), cupy.empty((n, n), "float32")
    exact = a[:64].astype("float64") @ a.astype("float64")
    stack = a.reshape(-1, 64 if session.small else 512, 512)[: 8 if session.small else 64]
    first = stack[:1].astype("float64")
    exact_stack = cupy.matmul(first, first.transpose(0, 2, 1))
    for name in ("float32", "tf32"):
        session.use_precision(name)
        seconds = session.seconds(lambda: cupy.matmul(a, a, out=b))
        stacked = cupy.matmul(stack, stack.transpose(0, 2, 1))
        say(
            f"{name}: product of {n}×{n}: {2 * n**3 / seconds / 1e12:.1f} TFLOP/s, "
            f"error {_error(b[:64], exact):.1e}; "
            f"stacked product, error {_error(stacked[:1], exact_stack):.1e} "
            f"(float32 is about 1e-6, tf32 about 1e-4)"
        )
    session.use_precision("float32")
    seconds = session.seconds(lambda: cupy.copyto(b, a))
    say(f"copy: {2 * a.nbytes / seconds / 1e12:.2f} TB/s (read + written)")


def _error(found, exact) -> float:
    return float(abs(found - exact).max() / abs(exact).max())
