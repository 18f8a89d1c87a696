"""Finding the weights in a checkpoint: the one dictionary of tensors, or the tensors of a model.

Checkpoints of training scripts keep the weights beside other things, under any key. The dictionary
that holds tensors is taken; of several, by this preference:

1. under a key of ``PLAIN``, in this order;
2. under any other key;
3. under a key that says that they are averaged (ema, swa, averaged, shadow, …).

Optimizers keep tensors, too, and are passed over.
"""

import re
from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

from minivgg.weights.memory_map import Budget, CorruptFileError
from minivgg.weights.numpy_pickle import PickledArray
from minivgg.weights.pickle_machine import Opaque
from minivgg.weights.torch_pickle import Tensor, Unreadable

PLAIN = ("state_dict", "model_state_dict", "model_state", "model", "net", "network", "weights")
AVERAGED = re.compile(r"ema|swa|avg|average|averaged|shadow|polyak")
NO_WEIGHTS = re.compile(r"opt|optim|optimi[sz]ers?|(lr|scheduler|scaler|rng|hyper|hparams)\w*")
MAX_DEPTH = 4  # of the weights in a checkpoint
MAX_MODULES, MAX_MODULE_DEPTH = 100_000, 60  # of a model that was saved whole
ADVICE = "save model.state_dict(), not the model"
TensorLike: TypeAlias = Tensor | PickledArray | Unreadable
State: TypeAlias = dict[str, TensorLike]


class Found(NamedTuple):
    """A dictionary of tensors in a checkpoint.

    Parameters
    ----------
    keys : tuple of str
        Where it is.
    tensors : dict of str to Tensor, PickledArray or Unreadable
        Its tensors, without what else it holds.
    """

    keys: tuple[str, ...]
    tensors: State

    @property
    def path(self) -> str:
        """Where it is, in words."""
        return "/".join(self.keys) or "the top level"


def find_weights(checkpoint: object, budget: Budget) -> tuple[Found, list[Found]]:
    """The weights in a checkpoint.

    Parameters
    ----------
    checkpoint : object
        What a pickle holds.
    budget : Budget
        The work that the search may take.

    Returns
    -------
    taken : Found
        The dictionary of tensors that is taken.
    left : list of Found
        Other dictionaries of tensors.

    Raises
    ------
    CorruptFileError
        If there is none, or several between which nothing decides.
    """
    found = list(_search(checkpoint, budget))
    # a loss and a counter are tensors, too: filters and matrices tell weights from them
    found = [each for each in found if _has_matrix(each)] or found
    most = max((len(each.tensors) for each in found), default=0)
    found = [each for each in found if each.keys or len(each.tensors) == most]
    if not found:
        raise CorruptFileError(_without_weights(checkpoint))
    ranked = sorted(found, key=lambda each: _rank(each.keys))
    best = [each for each in ranked if _rank(each.keys) == _rank(ranked[0].keys)]
    if len(best) > 1:
        paths = [each.path for each in best]
        named = ", ".join(paths[:-1]) + " and " + paths[-1] if len(paths) < 5 else f"{len(paths)}"
        raise CorruptFileError(
            f"it holds several dictionaries of tensors, {named}: save the one that is wanted in a "
            "file of its own"
        )
    return ranked[0], ranked[1:]


def _search(checkpoint: object, budget: Budget) -> Iterator[Found]:
    """All dictionaries of tensors, and the tensors of all models."""
    waiting: deque[tuple[tuple[str, ...], Any]] = deque([((), checkpoint)])
    seen = set()
    while waiting:
        keys, found = waiting.popleft()
        if id(found) in seen:
            continue
        seen.add(id(found))
        if isinstance(found, Opaque):
            if tensors := _of_module(found, budget):
                yield Found(keys, tensors)
            continue
        if not isinstance(found, dict) or "param_groups" in found:
            continue
        budget.spend(len(found))
        tensors = {
            key: value
            for key, value in found.items()
            if isinstance(key, str) and isinstance(value, TensorLike)
        }
        if tensors and not all(_is_objects(value) for value in tensors.values()):
            yield Found(keys, tensors)
        if len(keys) < MAX_DEPTH:
            waiting += [
                ((*keys, key), value)
                for key, value in found.items()
                if isinstance(key, str)
                and isinstance(value, dict | Opaque)
                and not NO_WEIGHTS.fullmatch(key.lower().split("_")[0])
            ]


def _of_module(module: Opaque, budget: Budget) -> State:
    """The tensors of a model that was saved whole, by the names of its state_dict()."""
    tensors: State = {}
    count = 0

    def visit(module: object, prefix: str, depth: int) -> None:
        nonlocal count
        count += 1
        state = getattr(module, "state", None) if isinstance(module, Opaque) else None
        if not isinstance(state, dict) or "_modules" not in state:
            return
        if max(count, len(tensors)) > MAX_MODULES or depth > MAX_MODULE_DEPTH:
            raise CorruptFileError(f"it holds a model of too many modules: {ADVICE}")
        kept_out = state.get("_non_persistent_buffers_set")
        names = kept_out.arguments if isinstance(kept_out, Opaque) else ()
        listed = names[0] if isinstance(names, tuple) and names else ()
        budget.spend(len(listed) if isinstance(listed, list) else 0)
        # a name of a buffer is text: what else the list has need not be hashable
        hidden = {n for n in listed if isinstance(n, str)} if isinstance(listed, list) else set()
        for key in ("_parameters", "_buffers"):
            for name, value in _items(state.get(key), budget):
                if isinstance(value, TensorLike) and not (key == "_buffers" and name in hidden):
                    tensors[prefix + name] = value
        for name, child in _items(state["_modules"], budget):
            visit(child, f"{prefix}{name}.", depth + 1)

    visit(module, "", 0)
    return tensors


def _items(found: object, budget: Budget) -> Iterator[tuple[str, Any]]:
    items = found if isinstance(found, dict) else {}
    budget.spend(1 + len(items))
    for key, value in items.items():
        if isinstance(key, str):
            yield key, value


def _is_objects(found: TensorLike) -> bool:
    return isinstance(found, PickledArray) and found.objects() is not None


def _has_matrix(found: Found) -> bool:
    return any(
        isinstance(tensor, Unreadable)
        or (isinstance(tensor.shape, tuple) and len(tensor.shape) > 1)
        for tensor in found.tensors.values()
    )


def _rank(keys: tuple[str, ...]) -> tuple[int, int]:
    """The less, the rather it is taken."""
    if any(AVERAGED.fullmatch(word) for key in keys for word in re.split(r"[\W_]+", key.lower())):
        return 2, 0
    for place, name in enumerate(PLAIN):
        if name in keys:
            return 0, place
    return (1, 0) if keys else (0, -1)


def _without_weights(checkpoint: object) -> str:
    """Why there are no weights."""
    if isinstance(checkpoint, Opaque):
        name = checkpoint.name.replace(" ", ".")
        return f"it holds an object ({name}), but no tensors by name: {ADVICE}"
    if isinstance(checkpoint, TensorLike):
        return f"it holds one tensor without a name: {ADVICE}"
    if isinstance(checkpoint, dict) and checkpoint:
        names = ", ".join(repr(key)[:60] for key in list(checkpoint)[:5])
        more = ", …" if len(checkpoint) > 5 else ""
        return f"it holds no dictionary of tensors, only {names}{more} ({ADVICE})"
    kind = type(checkpoint).__name__
    return f"it holds no dictionary of tensors, but a {kind} ({ADVICE})"
