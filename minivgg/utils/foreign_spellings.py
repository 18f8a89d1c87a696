"""What other libraries call the things of this package: the one table of their spellings.

They are never accepted as second names: messages answer them with the names used here.
"""

import re
from collections.abc import Iterable

# options of other programs: the options here that mean the same, and a sentence where a command
# has none of them
OPTIONS: dict[str, tuple[tuple[str, ...], str]] = {
    "num-classes": (("--classes",), "the classes are those of the images"),
    "nb-classes": (("--classes",), "the classes are those of the images"),
    "classes": (("--classes",), "the classes are those of the images"),
    "run": (("--run",), "evaluate, compare, export and summary take a run folder without it"),
    "pretrained": (
        ("--weights", "--init"),
        "trained weights are chosen by train --init, and by predict --weights",
    ),
    "lr-schedule": (("--schedule",), "learning rates are an option of train"),
    "lr-scheduler": (("--schedule",), "learning rates are an option of train"),
    "sched": (("--schedule",), "learning rates are an option of train"),
    "learning-rate": (("--lr",), "learning rates are an option of train"),
    "optimizer": (("--optimizer",), "the optimizer is an option of train"),
    "opt": (("--optimizer",), "the optimizer is an option of train"),
    "patience": (("--early-stopping",), "early stopping is an option of train"),
    "warmup-epochs": (("--warmup",), "warm-up is an option of train"),
    "clip-grad": (("--clip-norm",), "gradient clipping is an option of train"),
    "smoothing": (("--label-smoothing",), "label smoothing is an option of train"),
    "wd": (("--weight-decay",), "weight decay is an option of train"),
    "batch-size": (("--batch-size",), "batches are chosen automatically"),
    "batch": (("--batch-size",), "batches are chosen automatically"),
    "bs": (("--batch-size",), "batches are chosen automatically"),
    "b": (("--batch-size",), "batches are chosen automatically"),
    "workers": (("--threads",), "one process is used"),
    "num-workers": (("--threads",), "one process is used"),
    "model": (("--net",), "the net is that of the run"),
    "amp": ((), "numbers are float32"),
    "arch": (("--net", "--model"), "the net is that of the run"),
    "backbone": (("--net", "--model"), "the net is that of the run"),
    "dataset": (("--data",), "the images are the command's arguments"),
    "data-dir": (("--data",), "the images are the command's arguments"),
    "data-path": (("--data",), "the images are the command's arguments"),
    "img-size": (("--size",), "the size is that of the net's input"),
    "image-size": (("--size",), "the size is that of the net's input"),
    "top": ((), "predict prints the 5 most probable classes"),
    "topk": ((), "predict prints the 5 most probable classes"),
    "top-k": ((), "predict prints the 5 most probable classes"),
    "imgsz": (("--size",), "the size is that of the net's input"),
    "input-size": (("--size", "--input"), "the size is that of the net's input"),
    "valid-pct": (("--validation",), "validation images are an option of train"),
    "validation-split": (("--validation",), "validation images are an option of train"),
    "val-split": (("--validation",), "validation images are an option of train"),
    "checkpoint": (("--resume", "--weights", "--run"), "name the run folder"),
    "ckpt": (("--resume", "--weights", "--run"), "name the run folder"),
    "output": (("--out", "--run"), "this command writes no file"),
    "output-dir": (("--run", "--out"), "this command writes no file"),
    "save-path": (("--out", "--run"), "this command writes no file"),
    "cuda": (("--device",), "this command computes on the CPU"),
    "gpu": (("--device",), "this command computes on the CPU"),
}

# arguments of functions that build nets: what to write here
ARGUMENTS = {
    "pretrained": "weights='imagenet'",
    "num_classes": "classes",
    "nb_classes": "classes",
    "n_classes": "classes",
    "input_size": "input_shape",
    "img_size": "input_shape",
    "in_chans": "input_shape",
    "drop_rate": "dropout",
    "dropout_rate": "dropout",
    "global_pool": "pooling",
    "device": "net.to(device)",
}

# names of layers, weights, nets, devices, protocols and so on
NAMES = {
    "fc1": "fc6", "fc2": "fc7", "predictions": "fc8", "avgpool": "pool5",
    "imagenet1k_v1": "imagenet", "imagenet1k": "imagenet", "default": "imagenet",
    "true": "imagenet",
    "center": "centre", "centercrop": "centre", "center-crop": "centre", "single": "centre",
    "10-crop": "multi-crop", "ten-crop": "multi-crop", "tencrop": "multi-crop",
    "cuda": "gpu",
    "pytorch": "torch", "pth": "torch", "pt": "torch", "safetensors": "torch",
    "torchvision": "torch",
    "testing": "test", "training": "train",
    "kaiming": "kaiming_normal", "he_normal": "kaiming_normal", "xavier": "xavier_uniform",
    "glorot_uniform": "xavier_uniform",
    "reducelronplateau": "plateau", "cosineannealinglr": "cosine", "steplr": "step",
    "eval": "evaluate", "validate": "evaluate",
    "infer": "predict", "inference": "predict", "classify": "predict", "detect": "predict",
    "fit": "train", "embed": "features", "extract": "features", "convert": "export",
    "info": "summary", "diff": "compare",
}  # fmt: skip
PATTERNS = (  # of names with numbers
    (re.compile(r"block(\d)_pool"), r"pool\1"),
    (re.compile(r"block(\d)_conv(\d)"), r"conv\1_\2"),
    (re.compile(r"cuda:(\d+)"), r"gpu:\1"),
    (re.compile(r"vgg-(\d+)(?:-bn)?"), r"vgg\1"),
)


def our_name(name: str) -> str | None:
    """What this package calls something that has another name in other libraries.

    Parameters
    ----------
    name : str
        As it was given, in any case.

    Returns
    -------
    ours : str or None
        None if the table does not have it.

    Examples
    --------
    >>> our_name("block5_conv3"), our_name("IMAGENET1K_V1"), our_name("cuda:0")
    ('conv5_3', 'imagenet', 'gpu:0')
    """
    lower = name.lower()
    if lower in NAMES:
        return NAMES[lower]
    found = (p.sub(ours, lower) for p, ours in PATTERNS if p.fullmatch(lower))
    return next(found, None)


def about_option(option: str, known: Iterable[str]) -> str | None:
    """The sentence about an option of another library.

    Parameters
    ----------
    option : str
        Such as "--num_classes".
    known : iterable of str
        The options that the command has.

    Returns
    -------
    sentence : str or None
        What to use instead; None if the table does not have the option.
    """
    entry = OPTIONS.get(option.lower().lstrip("-").replace("_", "-"))
    if entry is None:
        return None
    same, otherwise = entry
    here = [name for name in same if name in set(known)]
    return f"did you mean {here[0]}?" if here else otherwise


def about_argument(name: str) -> str:
    """What to write instead of an argument of another library's.

    Parameters
    ----------
    name : str
        Such as "num_classes".

    Returns
    -------
    ours : str
        Such as "classes"; empty if the table does not have it.
    """
    return ARGUMENTS.get(name.lower(), "")
