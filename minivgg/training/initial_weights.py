"""Where a training starts from: another run's weights, a file of weights, or published ones."""

from pathlib import Path

from minivgg import data, models
from minivgg.models.configurations import net_name
from minivgg.models.net import Net
from minivgg.training.run import Run
from minivgg.utils.files import JsonObject

WEIGHT_SUFFIXES = (".pth", ".pt", ".safetensors", ".h5", ".npz")  # of files, not of run folders


def find_initial_weights(
    init: str | None, settings: JsonObject, progress: bool
) -> Run | Path | None:
    """What the setting ``init`` of a run names.

    Parameters
    ----------
    init : str or None
        A run folder, a file of weights, "imagenet", or None.
    settings : dict
        The config of the run that starts, which says the published network.
    progress : bool
        Show a progress bar while weights are downloaded.

    Returns
    -------
    Run, Path or None
        The run, the file, or None to start from new weights.

    Raises
    ------
    FileNotFoundError
        If there is neither a run nor a file of that name.
    """
    if not init:
        return None
    if init == "imagenet":
        name = models.published_name(settings["net"], settings["batch_norm"])
        return models.imagenet_file(name, progress)
    if Path(init).is_file():
        return Path(init)
    if Path(init).suffix in WEIGHT_SUFFIXES:
        raise FileNotFoundError(f"there is no weights file {init}")
    return Run.open(init)


def load_initial_weights(net: Net, start: Run | Path) -> list[str]:
    """Copy weights into a network.

    Parameters
    ----------
    net : Net
        A head for other classes keeps its own weights.
    start : Run or Path
        What ``find_initial_weights`` has found.

    Returns
    -------
    list of str
        The names of the layers that got weights.
    """
    if isinstance(start, Run):
        return models.transfer_weights(net, start.net())
    names = list(models.layer_names(net))
    if not models.classes_in(start, net):  # a file of convolutions alone, such as Keras' "notop"
        models.load_weights(models.Net({"features": net["features"]}, net.input_shape), start)
        return [name for name in names if not name.startswith("fc")]
    try:
        models.load_weights(net, start)
    except ValueError:  # other classes
        models.load_weights(net, start, new_head=True)
        return names[:-1]
    return names


def options_for_all_layers(settings: JsonObject, start: Run) -> str:
    """The options of ``train`` with which a network takes all layers of the run it starts from.

    Parameters
    ----------
    settings : dict
        The config of the run that starts.
    start : Run
        What its ``init`` names.

    Returns
    -------
    str
        Such as "--net medium-32x32 --batch-norm"; empty if the network is the same, or if the
        images of a dataset cannot be made to fit.
    """
    theirs, options = start.config, []
    if net_name(theirs["net"]) != net_name(settings["net"]):
        options.append(f"--net {net_name(theirs['net'])}")
    hidden = theirs["hidden"]
    if hidden is not None and list(hidden) != list(settings["hidden"] or ()):
        options.append(f"--hidden {' '.join(map(str, hidden))}".rstrip())
    if theirs["batch_norm"] != settings["batch_norm"]:
        options.append("--batch-norm" if theirs["batch_norm"] else "--no-batch-norm")
    (channels, *size), (own_channels, *own_size) = start.shape, settings["input_shape"]
    if start.shape != tuple(settings["input_shape"]) and settings["data"] in data.NAMES:
        return ""  # these images have a size of their own
    if size != own_size:
        options.append(f"--size {' '.join(map(str, size))}")
    if channels != own_channels:
        options.append(f"--channels {channels}")
    return " ".join(options)
