"""Textures and shapes that are computed, so that an experiment needs no photographs.

All are uint8 images (3, size, size); another seed gives another sample of the same texture.
"""

import numpy as np

from minivgg.backend import Array

MORTAR, BRICK = np.array((205, 195, 180)), np.array((165, 75, 50))
SHAPES = ("circle", "square", "triangle")


def bricks(size: int = 96, seed: int = 0, height: int = 16, width: int = 32) -> Array:
    """A brick wall: each second row is shifted by half a brick, and colours vary.

    Parameters
    ----------
    size : int
        Of the image, in pixels.
    seed : int
        Of the colours, and of where the wall begins.
    height, width : int
        Of a brick with its mortar, in pixels.

    Returns
    -------
    image : uint8 array of shape (3, size, size)
        RGB.
    """
    rng = np.random.default_rng(seed)
    top, left = rng.integers(0, height), rng.integers(0, width)
    wall = np.empty((3, size + 2 * height, size + 2 * width))
    wall[:] = MORTAR[:, None, None]
    for number, row in enumerate(range(0, wall.shape[1], height)):
        shift = number % 2 * (width // 2)
        for column in range(-shift, wall.shape[2], width):
            colour = BRICK + rng.normal(0, 22) * np.array((1, 0.7, 0.5))
            first, last = max(column + 1, 0), column + width - 1
            wall[:, row + 1 : row + height - 1, first:last] = colour[:, None, None]
    image = wall[:, top : top + size, left : left + size]
    image = image + rng.normal(0, 8, (size, size))
    return image.clip(0, 255).astype(np.uint8)


def stones(size: int = 96, seed: int = 0, count: int = 70) -> Array:
    """Stones side by side with dark joints: the nearest of random points decides the colour.

    Parameters
    ----------
    size : int
        Of the image, in pixels.
    seed : int
        Of the points and the colours.
    count : int
        How many stones.

    Returns
    -------
    image : uint8 array of shape (3, size, size)
        RGB; its opposite borders fit together.
    """
    rng = np.random.default_rng(seed)
    points = rng.uniform(0, size, (count, 2))
    colours = rng.uniform(60, 230, (count, 1)) * np.array((1, 0.9, 0.75))
    colours = colours + rng.normal(0, 15, (count, 3))
    pixels = np.mgrid[:size, :size].reshape(2, -1).T
    apart = (pixels[:, None] - points + size / 2) % size - size / 2
    distances = np.sqrt((apart**2).sum(axis=2))
    first, second = np.partition(distances, 1, axis=1)[:, :2].T
    joint = ((second - first) / 4).clip(0, 1)  # 0 between two stones
    shade = joint * (1.1 - 0.03 * first)  # darker towards the rim
    image = colours[distances.argmin(axis=1)] * shade[:, None]
    return image.T.reshape(3, size, size).clip(0, 255).astype(np.uint8)


def waves(size: int = 96, seed: int = 0) -> Array:
    """Curved lines in blue, white and orange: contours of a sum of waves.

    Parameters
    ----------
    size : int
        Of the image, in pixels.
    seed : int
        Of the amplitudes and phases.

    Returns
    -------
    image : uint8 array of shape (3, size, size)
        RGB; its opposite borders fit together.
    """
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:size, :size] * (2 * np.pi / size)
    height = np.zeros((size, size))
    for a in range(-3, 4):
        for b in range(4):
            height += rng.normal() * np.sin(a * x + b * y + rng.uniform(0, 2 * np.pi))
    colours = [128 + 95 * np.sin(2.4 * height + phase) for phase in (0, 1, 2.5)]
    return np.stack(colours).clip(0, 255).astype(np.uint8)


def cut_out(image: Array, shape: str, background: int = 200) -> Array:
    """The part of an image within a shape in its centre; the rest is grey.

    Parameters
    ----------
    image : uint8 array of shape (3, size, size)
        Such as a texture.
    shape : {"circle", "square", "triangle"}
        What remains.
    background : int
        The grey level.

    Returns
    -------
    image : uint8 array of shape (3, size, size)
        A new one.

    Raises
    ------
    ValueError
        If there is no such shape.
    """
    size = image.shape[1]
    y, x = (np.mgrid[:size, :size] + 0.5) / size - 0.5
    if shape == "circle":
        inside = x**2 + y**2 < 0.36**2
    elif shape == "square":
        inside = np.maximum(abs(x), abs(y)) < 0.32
    elif shape == "triangle":
        inside = (y < 0.32) & (y > 2 * abs(x) - 0.36)
    else:
        raise ValueError(f"cut_out: shape is one of {', '.join(SHAPES)}, got {shape!r}")
    return np.where(inside, image, np.uint8(background))
