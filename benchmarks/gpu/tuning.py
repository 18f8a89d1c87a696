"""Experiments: would other blocks, products or sums be faster on this card?"""

import numpy as np

from benchmarks.gpu import internals
from benchmarks.gpu.session import Session, say
from benchmarks.peers import MiniVGG
from minivgg import backend, ops

LAYER_NAMES = ("conv1_1", "conv1_2", "conv2_2", "conv3_2, 3_3", "conv4_2, 4_3", "conv5_1 to 5_3")
BLOCK_SIZES_MIB = (24, 96, 256, 512, 1024, 4096)
TILE_NUMBERS = 36  # of a tile of F(4×4, 3×3)
PRODUCT_BLOCKS = (0, 128, 256, 512, 1024)
DW_PIECES = (1, 2, 4, 8)
CUDA_R_32F, CUDA_R_64F, CUBLAS_N, CUBLAS_T, DEFAULT_ALGORITHM = 0, 1, 0, 1, -1  # cuBLAS's numbers


def tuning(session: Session) -> None:
    """Algorithms; sizes of blocks; dw's products, by themselves and in pieces; sums over a map."""
    chosen = [layer for layer in session.layers() if layer.name in LAYER_NAMES]
    experiments = (
        (
            "forward by each algorithm: ms in float32 / TF32",
            _algorithms,
        ),
        ("block sizes in MiB: ms forward / backward", _block_sizes),
        (
            "backward with dw's products in up to so many blocks: ms",
            _product_blocks,
        ),
        (
            "dw's product alone, (36, C, O) = Σ over tiles, ms: by matmul (with a copy); "
            f"transposed by cuBLAS, in {', '.join(map(str, DW_PIECES))} pieces",
            _products,
        ),
        (
            "the sum over images and pixels, ms: CuPy's .sum(2).sum(1).sum(0); "
            "sum_rows of minivgg; TB/s of the faster",
            _sums,
        ),
    )
    for title, experiment in experiments:
        say(f"\n### {title}\n")
        for layer in chosen:
            if session.is_over():
                return
            with session.row(layer.name):
                say(f"| {experiment(session, layer)} |")


def _algorithms(session: Session, layer) -> str:
    random = backend.rng("gpu").random
    x = random((session.batch, layer.side, layer.side, layer.c), dtype=np.float32)
    w = random((layer.o, layer.c, 3, 3), dtype=np.float32)
    cells = [layer.name]
    for algorithm in internals.ALGORITHMS:
        times = []
        for precision in ("float32", "tf32"):
            session.use_precision(precision)

            def run(algorithm=algorithm):
                ops.conv2d(x.transpose(0, 3, 1, 2), w, padding=1, algorithm=algorithm)

            times.append(f"{1e3 * session.seconds(run, 0.03, 2):.2f}")
        cells.append(f"{algorithm}: {' / '.join(times)}")
    session.use_precision("float32")
    return " | ".join(cells)


def _block_sizes(session: Session, layer) -> str:
    cells = [layer.name]
    for size in BLOCK_SIZES_MIB:
        with internals.with_block_bytes(size << 20):
            forward, backward = (
                session.seconds(MiniVGG("gpu").layer(layer, backward, session.batch), 0.05, 2)
                for backward in (False, True)
            )
        cells.append(f"{size}: {1e3 * forward:.2f} / {1e3 * backward:.2f}")
    return " | ".join(cells)


def _product_blocks(session: Session, layer) -> str:
    cells = [layer.name]
    for blocks in PRODUCT_BLOCKS:
        with internals.with_product_blocks(blocks):
            run = MiniVGG("gpu").layer(layer, True, session.batch)
            cells.append(f"{blocks}: {1e3 * session.seconds(run, 0.05, 2):.2f}")
    return " | ".join(cells)


def _products(session: Session, layer) -> str:
    cupy = backend.namespace()
    tiles = session.batch * (-(-layer.side // 4)) ** 2
    in_a_block = internals.block_bytes() // (TILE_NUMBERS * 4 * (layer.c + layer.o))
    tiles = max(8, min(tiles, in_a_block) // 8 * 8)
    d, e = (
        backend.rng("gpu").random((TILE_NUMBERS, tiles, channels), dtype=np.float32)
        for channels in (layer.c, layer.o)
    )

    def plain():
        return cupy.matmul(d.transpose(0, 2, 1), e)

    expected = plain()
    cells = [f"{layer.name}, {tiles} tiles", f"{1e3 * session.seconds(plain, 0.05):.3f}"]
    for pieces in DW_PIECES:

        def product(pieces=pieces):
            return transposed_product(d, e, pieces)

        error = float(abs(product() - expected).max() / abs(expected).max())
        wrong = "" if error < 1e-4 else f" WRONG {error:.1e}"
        cells.append(f"{1e3 * session.seconds(product, 0.05):.3f}{wrong}")
    return " | ".join(cells)


def transposed_product(d, e, pieces: int = 1):
    """Σ over tiles dᵀ·e without a copy, the sum in ``pieces`` that run side by side.

    d: (K, tiles, C), e: (K, tiles, O), both contiguous. Returns (K, C, O).
    """
    cupy = backend.namespace(d, e)
    (k, tiles, c), o = d.shape, e.shape[2]
    part = tiles // pieces
    if tiles % pieces or not (d.flags.c_contiguous and e.flags.c_contiguous):
        raise ValueError(f"{tiles} tiles in {pieces} pieces: both factors must be contiguous")
    out = cupy.empty((k * pieces, c, o), d.dtype)
    one, zero = np.array(1, d.dtype), np.array(0, d.dtype)
    kind = CUDA_R_32F if d.dtype == np.float32 else CUDA_R_64F
    # cuBLAS counts columns first: outᵀ (O×C) = eᵀ (O×tiles, as it lies) · d (tiles×C, transposed)
    cupy.cuda.cublas.gemmStridedBatchedEx(
        cupy.cuda.device.get_cublas_handle(), CUBLAS_N, CUBLAS_T, o, c, part, one.ctypes.data,
        e.data.ptr, kind, o, part * o, d.data.ptr, kind, c, part * c, zero.ctypes.data,
        out.data.ptr, kind, o, c * o, k * pieces, kind, DEFAULT_ALGORITHM,
    )  # fmt: skip
    return out if pieces == 1 else out.reshape(k, pieces, c, o).sum(axis=1)


def _sums(session: Session, layer) -> str:
    shape = (session.batch, layer.side, layer.side, layer.o)
    a = backend.rng("gpu").random(shape, dtype=np.float32)
    times = [
        session.seconds(lambda: a.sum(axis=2).sum(axis=1).sum(axis=0), 0.03),
        session.seconds(lambda: internals.sum_rows(a.reshape(1, -1, layer.o)), 0.03),
    ]
    cells = " | ".join(f"{1e3 * seconds:.3f}" for seconds in times)
    return f"{layer.name} | {cells} | {a.nbytes / min(times) / 1e12:.2f}"
