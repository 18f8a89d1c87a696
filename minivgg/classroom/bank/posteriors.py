"""Assignment 8: class posteriors of dense evaluation."""

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.bank.options import Mistakes, select
from minivgg.classroom.tasks import Case, Mistake, Task, array, distinct, normal


def dense_posteriors(scores: Array, mirrored: Array, mistakes: Mistakes = ()) -> Array:
    """Softmax at each position, averaged over the positions and both images."""
    if "mirror-ignored" in mistakes:
        mirrored = scores
    if "scores-averaged-first/2" in mistakes:
        return softmax(np.mean([s.mean(axis=(2, 3)) for s in (scores, mirrored)], axis=0), 1)
    if "scores-averaged-first/3" in mistakes:
        return softmax((scores + mirrored) / 2, 1).mean(axis=(2, 3))
    if "scores-averaged-first/4" in mistakes:
        return softmax((scores + mirrored[..., ::-1]) / 2, 1).mean(axis=(2, 3))
    if "larger-of-both/2" in mistakes:
        return np.maximum(softmax(scores, 1), softmax(mirrored, 1)).mean(axis=(2, 3))
    both = [_posteriors(s, mistakes) for s in (scores, mirrored)]
    if "geometric-mean" in mistakes:
        return np.sqrt(both[0] * both[1])
    if "mirror-added" in mistakes:
        return both[0] + both[1]
    posteriors = np.maximum(*both) if "larger-of-both" in mistakes else (both[0] + both[1]) / 2
    if "softmax-twice" in mistakes:
        return softmax(posteriors, 1)
    if "class-instead-of-posteriors" in mistakes:
        return posteriors.argmax(axis=1)
    return np.log(posteriors) if "logarithm-returned" in mistakes else posteriors


def _posteriors(scores: Array, mistakes: Mistakes) -> Array:
    positions = (2, 3)
    if "scores-averaged-first" in mistakes:
        return softmax(scores.mean(axis=positions), 1)
    axes: dict[str, int | tuple[int, ...]] = {
        "softmax-over-places": positions,
        "softmax-over-places/2": 3,
        "softmax-over-places/3": 2,
        "softmax-over-the-batch": 0,
        "softmax-over-everything": (1, 2, 3),
        "softmax-over-everything/2": (0, 1, 2, 3),
    }
    axis, shifted = select(axes, mistakes, 1), "no-shift" not in mistakes
    p = scores if "no-softmax" in mistakes else softmax(scores, axis, shifted)
    if "logarithm-returned/2" in mistakes:
        return np.log(p).mean(axis=positions)
    if "averaged-over-one-axis" in mistakes or "averaged-over-one-axis/2" in mistakes:
        return p.mean(axis=3 if "averaged-over-one-axis/2" in mistakes else 2)
    if "first-place-only" in mistakes:
        return p[:, :, 0, 0]
    if "middle-place-only" in mistakes:
        return p[:, :, p.shape[2] // 2, p.shape[3] // 2]
    if "middle-place-only/2" in mistakes:
        return p[:, :, (p.shape[2] - 1) // 2, (p.shape[3] - 1) // 2]
    if "largest-place/2" in mistakes:
        return softmax(scores.max(axis=positions), 1)
    if "largest-place" in mistakes:
        return p.max(axis=positions)
    return p.sum(axis=positions) if "summed-over-places" in mistakes else p.mean(axis=positions)


def softmax(z: Array, axis: int | tuple[int, ...], shifted: bool = True) -> Array:
    """exp(z) / Σ exp(z) over some axes."""
    e = np.exp(z - z.max(axis=axis, keepdims=True) * shifted)
    return e / e.sum(axis=axis, keepdims=True)


DENSE_POSTERIORS = Task(
    "dense_posteriors(scores, mirrored)",
    ("posteriors",),
    "Class posteriors (N, K) from the class maps (N, K, H, W) of an image and of its mirror image: "
    "softmax at each position, averaged over the positions and both images.",
    dense_posteriors,
    (
        Case("one position", ([normal(2, 3, 1, 1), normal(2, 3, 1, 1)],)),
        Case("maps of 2×3", ([normal(2, 4, 2, 3), normal(2, 4, 2, 3)],)),
        Case("scores of 1000",
             ([array([[[[1000.0, 998.0]], [[999.0, 1001.0]]]]),
               array([[[[998.0, 1000.0]], [[1000.0, 999.0]]]])],)),
        Case("one image, maps of 3×3", ([normal(1, 5, 3, 3), normal(1, 5, 3, 3)],)),
        # each of these differs from the one before it in one respect
        Case("one image, two classes, one position, both scores equal",
             ([array([[[[1.0]], [[1.0]]]]), array([[[[1.0]], [[1.0]]]])],)),
        Case("one image, two classes, one position, different scores",
             ([array([[[[2.0]], [[1.0]]]]), array([[[[2.0]], [[1.0]]]])],)),
        Case("a mirror image with other scores",
             ([array([[[[2.0]], [[1.0]]]]), array([[[[1.0]], [[3.0]]]])],)),
        Case("three classes", ([array([[[[2.0]], [[1.0]], [[4.0]]]]),
                                array([[[[1.0]], [[3.0]], [[2.0]]]])],)),
        Case("two images", ([array([[[[2.0]], [[1.0]], [[4.0]]], [[[3.0]], [[2.0]], [[1.0]]]]),
                             array([[[[1.0]], [[3.0]], [[2.0]]], [[[4.0]], [[1.0]], [[2.0]]]])],)),
        Case("one image, maps of 1×2", ([distinct(1, 3, 1, 2), distinct(1, 3, 1, 2)],)),
        Case("one image, maps of 2×2", ([distinct(1, 3, 2, 2), distinct(1, 3, 2, 2)],)),
    ),
    (
        Mistake("scores-averaged-first", "Your code averages scores before the softmax.",
                "The paper does not say which is first; minivgg averages probabilities.",
                9, convention=True, variants=4),
        Mistake("no-shift", "Your exponentials are too large for a float where scores are large.",
                "Which number can be subtracted from the scores at one position without changing "
                "their softmax?", 9),
        Mistake("no-softmax", "Your code does not apply softmax to the scores.",
                "What must the posteriors of one image sum to?", 9),
        Mistake("softmax-twice", "Your code applies softmax to the averaged posteriors again.",
                "Do the averaged posteriors sum to 1 already?", 9),
        Mistake("softmax-over-places",
                "Your softmax is over the positions: over the rows, the columns, or both.",
                "Which numbers sum to 1: those of all classes, or those of all positions?",
                9, variants=3),
        Mistake("softmax-over-the-batch", "Your softmax is over the images.",
                "Which axis of the scores are the classes?", 9),
        Mistake("softmax-over-everything",
                "Your softmax is over classes and positions together, or over images, too.",
                "Which numbers sum to 1 at each position?", 9, variants=2),
        Mistake("summed-over-places", "Your posteriors are summed over the positions.",
                "What should the posteriors of one image sum to?", 9),
        Mistake("averaged-over-one-axis",
                "Your posteriors are averaged over the rows or the columns of the map, not both.",
                "Over which axes of (N, K, H, W) must the mean be taken?", 9, variants=2),
        Mistake("largest-place", "Your code uses the maximum over the positions.",
                "How does the paper combine the positions (§3.2)?", 9, variants=2),
        Mistake("first-place-only", "Your code uses the first position only.",
                "How does the paper combine the positions (§3.2)?", 9),
        Mistake("middle-place-only", "Your code uses one position in the middle only.",
                "How does the paper combine the positions (§3.2)?", 9, variants=2),
        Mistake("mirror-ignored", "Your code does not use the mirrored image.",
                "How are the posteriors of both images combined?", 9),
        Mistake("mirror-added", "Your code adds the posteriors of both images.",
                "What should the posteriors of one image sum to?", 9),
        Mistake("larger-of-both", "Your code uses the larger of both posteriors.",
                "What should the posteriors of one image sum to?", 9, variants=2),
        Mistake("geometric-mean",
                "Your posteriors are the geometric mean of those of both images.",
                "The task asks for the arithmetic mean. What do your posteriors sum to?", 9),
        Mistake("logarithm-returned", "Your code returns logarithms, not posteriors.",
                "What should the posteriors of one image sum to?", 9, variants=2),
        Mistake("class-instead-of-posteriors", "Your code returns the number of a class.",
                "The task asks for posteriors, an array of shape (N, K).", 9),
    ),
    points=10,
)  # fmt: skip

TASKS = (DENSE_POSTERIORS,)
