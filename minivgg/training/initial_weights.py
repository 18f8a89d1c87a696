"""Where a training starts from: another run's weights, a file of weights, or published ones."""

from pathlib import Path

from minivgg import models
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
