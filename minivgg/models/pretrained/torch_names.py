"""Names that PyTorch's libraries give to tensors, with the prefixes that wrappers add.

torchvision: features.0.weight (O, I, kh, kw), classifier.0.weight (out, in), which are the names
and shapes of this package. timm: features.0.weight; pre_logits.fc1, pre_logits.fc2 and head.fc are
fully connected layers as convolutions (out, C, kh, kw).

Wrappers add prefixes: module. (DataParallel), _orig_mod. (torch.compile), model. (Lightning). The
layers of the head are taken in order, as tutorials replace them: classifier.6.0, classifier.fc1.
"""

import re
from collections.abc import Mapping

import numpy as np

from minivgg.models.pretrained.file_layers import FileLayer, FileLayers, fits, in_order
from minivgg.utils.notices import notify
from minivgg.utils.printable_text import listed

WRAPPERS = {"module", "_orig_mod"}  # names that say nothing, wherever they stand
TIMM_HEAD = ("pre_logits.fc1", "pre_logits.fc2", "head.fc")
AVERAGED = re.compile(r"(^|[._])(ema|averaged|swa)([._]|$)|model_ema|ema_model")
ROLES = (
    "weight", "bias", "running_mean", "running_var", "num_batches_tracked", "weight_mask",
    "bias_mask",
)  # fmt: skip
MAX_NAMED = 3


def read_torch_names(file: Mapping[str, np.ndarray]) -> FileLayers | None:
    """The layers of a file of PyTorch, by the names of its tensors.

    Parameters
    ----------
    file : mapping of str to ndarray
        The tensors.

    Returns
    -------
    layers : FileLayers or None
        None if there are no convolutions that are numbered as in torchvision's nets, and no head.

    Raises
    ------
    ValueError
        If the file holds several nets.
    """
    refuse_quantised(file)
    plain = {name: without_wrappers(name) for name in file}
    body = _body(file, plain)
    if body is None and not any(_is_head(file[name], path) for name, path in plain.items()):
        return None
    modules, others = by_module(file)
    convolutions, norms, dense = [], [], []
    for module, arrays in modules.items():
        weight = file[arrays["weight"]] if "weight" in arrays else None
        # MMPretrain numbers modules of a convolution and its batch norm, so theirs give no paths
        inner = re.fullmatch(r"(\d+)(\.conv|\.bn|)", module.removeprefix(body or ""))
        inside = body is not None and module.startswith(body) and inner is not None
        path = f"features.{inner[1]}" if inside and inner and not inner[2] else ""
        if inside and weight is not None and weight.ndim == 4:
            convolutions.append(
                FileLayer(module, path, arrays, weight.shape[1], weight.shape[0], weight.shape[-1])
            )
        elif (inside and (weight is None or weight.ndim < 2)) or (inside and path == module):
            norms.append(FileLayer(module, path, arrays, 0, 0 if weight is None else weight.size))
        elif weight is not None and _is_head(weight, f"{module}.weight"):
            inputs = weight.size // max(1, weight.shape[0])
            dense.append(FileLayer(module, "", arrays, inputs, weight.shape[0]))
        elif inside and weight is not None:  # of another shape than any layer here
            norms.append(FileLayer(module, path, arrays, 0, weight.size))
        else:
            others += arrays.values()
    head = _head(dense, body or "")
    others += [name for layer in dense if layer not in head for name in layer.arrays.values()]
    timm = any(layer.name.endswith(TIMM_HEAD) for layer in head)
    convolutions.sort(key=_number)
    norms.sort(key=_number)
    return FileLayers("timm" if timm else "torchvision", convolutions, norms, head, others)


def refuse_quantised(file: Mapping[str, np.ndarray]) -> None:
    """Raise ``ValueError`` for a file whose weights were rounded to integers.

    Parameters
    ----------
    file : mapping of str to ndarray
        The tensors.
    """
    if any(re.search(r"_packed_params|\.zero_point$", name) for name in file):
        raise ValueError(
            "some of its layers are quantised: save the state_dict() of the net before that"
        )


def by_module(file: Mapping[str, np.ndarray]) -> tuple[dict[str, dict[str, str]], list[str]]:
    """The names of a file's tensors by the modules that they belong to.

    Parameters
    ----------
    file : mapping of str to ndarray
        The tensors.

    Returns
    -------
    modules : dict of str to dict
        {name of the module without wrappers: {"weight": name in the file, …}}. An array that was
        pruned is "weight" with a "weight_mask".
    others : list of str
        The names of arrays that no layer has.
    """
    modules: dict[str, dict[str, str]] = {}
    others = []
    for name in file:
        module, _, role = without_wrappers(name).rpartition(".")
        role = _unpruned(file, name, role)
        if role in ROLES and role not in modules.setdefault(module, {}):
            modules[module][role] = name
        else:
            others.append(name)
    return modules, others


def _number(layer: FileLayer) -> int:
    """The last number in the name of a layer."""
    return int(re.findall(r"\d+", layer.name)[-1])


def _unpruned(file: Mapping[str, np.ndarray], name: str, role: str) -> str:
    """The role of an array, of one of torch.nn.utils.prune as well: weight_orig, weight_mask."""
    plain = role.removesuffix("_orig")
    masked = role != plain and f"{name.removesuffix('_orig')}_mask" in file
    return plain if masked else role


def without_wrappers(name: str) -> str:
    """A name without what DataParallel and the like add to it.

    Parameters
    ----------
    name : str
        Of a tensor.

    Returns
    -------
    name : str
        "features.0.weight" for "features.module.0.weight".
    """
    return ".".join(part for part in name.split(".") if part not in WRAPPERS)


def _is_head(weight: np.ndarray, path: str) -> bool:
    """Whether an array is the weights of a fully connected layer."""
    if not path.endswith(".weight"):
        return False
    module = path.removesuffix(".weight")
    filters = module.endswith(TIMM_HEAD) or re.search(r"(^|\.)classifier\.\d+$", module)
    return weight.ndim == 2 or (weight.ndim == 4 and bool(filters))


def _body(file: Mapping[str, np.ndarray], plain: Mapping[str, str]) -> str | None:
    """What the names of the convolutions begin with: "features." or "backbone.features.".

    Raises ``ValueError`` if there are several.
    """
    found: dict[str, int] = {}  # {prefix: channels of the images}
    for name, path in plain.items():
        match = re.fullmatch(r"(|.*\.)(\d+)(\.conv)?\.weight(_orig)?", path)
        if match and file[name].ndim == 4 and not match[1].endswith("classifier."):
            found.setdefault(match[1], file[name].shape[1])
    named = [prefix for prefix in found if re.search(r"(^|\.)features\.$", prefix)]
    candidates = without_averaged(named or list(found))
    if len(candidates) > 1:
        if len({found[prefix] for prefix in candidates}) == 1:
            raise several_nets(candidates)
        raise ValueError(
            f"its convolutions are in several parts, {_shown(candidates)}; those of a net here are "
            "in one, which is called features"
        )
    return candidates[0] if candidates else None


def without_averaged(prefixes: list[str]) -> list[str]:
    """The nets in a file but for averaged copies of one that is there; the user is told.

    Parameters
    ----------
    prefixes : list of str
        What the names of their tensors begin with.

    Returns
    -------
    prefixes : list of str
        The same, unless exactly one of several is not averaged.
    """
    trained = [prefix for prefix in prefixes if not AVERAGED.search(prefix)]
    if len(prefixes) < 2 or len(trained) != 1:
        return prefixes
    left_out = [prefix for prefix in prefixes if prefix not in trained]
    notify(f"of the nets in the file, {_shown(trained)} was taken, not {_shown(left_out)}")
    return trained


def several_nets(prefixes: list[str]) -> ValueError:
    """The error about a file with more than one net.

    Parameters
    ----------
    prefixes : list of str
        What the names of their tensors begin with.

    Returns
    -------
    error : ValueError
        To be raised.
    """
    return ValueError(
        f"it holds several nets, {_shown(prefixes)}: save the state_dict() of one of them"
    )


def _shown(prefixes: list[str]) -> str:
    return listed([prefix.removesuffix(".") or "one without a name" for prefix in prefixes], 3)


def _head(dense: list[FileLayer], body: str) -> list[FileLayer]:
    """The fully connected layers that follow the convolutions, in order."""
    root = re.sub(r"(^|\.)features\.$", r"\1", body)
    own = in_order([layer for layer in dense if layer.name.startswith(root)])
    everything = in_order(dense)
    return everything if not own or (len(everything) > len(own) and fits(everything)) else own
