"""``python -m minivgg evaluate`` and ``predict``: trained nets on images that they have not seen."""

import sys

from minivgg import data
from minivgg.cli.arguments import command, device_options
from minivgg.run import Run, newest_run


def add_evaluate(commands):
    """The arguments of ``evaluate``."""
    p = command(commands, "evaluate", evaluate, "measure the accuracy of a trained net", """
        python -m minivgg evaluate runs/digits""")  # fmt: skip
    p.add_argument("run", nargs="?", metavar="RUN", help="a run folder (default: the newest in runs/)")
    p.add_argument("--split", default="test", help="which images: test (default) or train")
    device_options(p)


def add_predict(commands):
    """The arguments of ``predict``."""
    p = command(commands, "predict", predict, "name what is on images", """
        python -m minivgg predict runs/digits/samples/*.png
        python -m minivgg predict photo.jpg --run runs/cifar10 --plot answer.png""")  # fmt: skip
    p.add_argument("images", nargs="+", metavar="IMAGE", help="image files; each is scaled and cut to the size that the net was trained on")
    p.add_argument("--run", metavar="RUN", help="the run folder of the net (default: the newest in runs/)")
    p.add_argument(
        "--invert", action="store_true", help="swap dark and light: for dark ink on white paper, where the net learned light on dark"
    )
    p.add_argument("--plot", metavar="FILE", help="also draw the images with bars of their five most probable classes, as PNG")
    device_options(p)


def evaluate(args):
    """The accuracy of a run's net on its data."""
    from minivgg import evaluation

    run = Run.open(args.run or newest_run())
    net = run.net()
    loader = run.loader(run.dataset(args.split, sys.stderr.isatty()))
    result = evaluation.evaluate(net, loader, progress=sys.stderr.isatty())
    print(f"{run.folder}: {len(result.labels):,} {args.split} images of {run.config['data']}")
    print(f"accuracy {100 * result.accuracy:.2f} %, top-5 {100 * result.top5:.2f} %, loss {result.loss:.4f}, {result.wrong} wrong\n")
    width = max(5, *map(len, result.classes))
    print(f"{'class':{width}}  images  right  most often taken for")
    for k, counts in enumerate(result.confusion):
        others = counts.copy()
        others[k] = 0
        taken = f"{result.classes[others.argmax()]} ({others.max()}×)" if others.any() else ""
        share = f"{100 * counts[k] / counts.sum():.1f} %" if counts.sum() else "–"
        print(f"{result.classes[k]:{width}}  {counts.sum():6,}  {share:>7}  {taken}".rstrip())
    return 0


def predict(args):
    """Name what is on images."""
    import numpy as np

    run = Run.open(args.run or newest_run())
    channels, *size = run.shape
    images = np.stack([data.read_image(path, channels, tuple(size)) for path in args.images])
    images = 255 - images if args.invert else images
    best = run.predict(run.net(), images)
    if args.plot:
        from minivgg import plots

        plots.save(plots.predictions(images, best), args.plot)
    if not args.run:
        print(f"by the net of {run.folder}")
    width = max(len(name) for guesses in best for name, _ in guesses)
    for path, guesses in zip(args.images, best, strict=True):
        print(f"{path}: {guesses[0][0]}")
        for name, p in guesses:
            print(f"    {name:{width}}  {100 * p:5.1f} %")
    if args.plot:
        print(f"wrote {args.plot}")
    return 0
