"""Assignment 7: architecture.

Read Table 1 of the paper with three functions: how far a unit sees, which shape comes out of each layer, and how many numbers are learned.
Lesson 3 shows receptive fields, lesson 4 parameter counts, lesson 7 the family of nets. Plain Python, no library. Check your work with

    python -m minivgg assignment check architecture.py

or in the notebook architecture_guide.ipynb.

C channels, H and W height and width, k a kernel's side, s a stride. A configuration is a list like [64, 64, "M", (128, 1), "M"], a column
of Table 1: a number stands for that many 3×3 filters, a pair (filters, k), tuple or list, for filters of k×k, and "M" for a 2×2 max-pool of
stride 2. Convolutions have stride 1 and a padding, (k − 1)/2, that keeps height and width (§2.1).
"""


def receptive_field(layers):
    """How many pixels, a side, a unit sees after some layers, and how many pixels neighbouring units lie apart.

    layers: a list of (k, s), from the image on; convolutions and pools count alike, and the list can be empty.
    Returns r and j. They begin as 1 and 1, the pixel itself; then for each layer, in this order, r ← r + (k − 1)·j and j ← j·s.

    Hint: after two 3×3 of stride 1 it is 5 and 1, as §2.3 says; after a 2×2 pool of stride 2 it is 2 and 2. Follow both by hand.
    """
    ### BEGIN SOLUTION
    r, j = 1, 1
    for k, s in layers:
        r, j = r + (k - 1) * j, j * s
    return r, j
    ### END SOLUTION


def layer_shapes(configuration, input_shape):
    """The shape after each item of a configuration.

    configuration: a list as above. input_shape: (C, H, W) of the image.
    Returns a list with one (C, H, W) for each item, pools included. A convolution changes the channels only; a pool halves height and
    width, rounding down, and keeps the channels.

    Hint: keep three numbers, change them item by item, and write them down after each.
    """
    ### BEGIN SOLUTION
    c, h, w = input_shape
    shapes = []
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            c = item if isinstance(item, int) else item[0]
        shapes.append((c, h, w))
    return shapes
    ### END SOLUTION


def count_parameters(configuration, classes, input_shape):
    """How many weights and biases a net has: its convolutions, then three fully connected layers of 4096, 4096 and ``classes`` outputs.

    configuration: a list as above. input_shape: (C, H, W) of the image. The first fully connected layer sees all C·H·W numbers of the last
    map. A k×k convolution from C channels to F filters has F·(C·k·k + 1) parameters, a fully connected layer from I to O numbers O·(I + 1);
    pools have none.
    Returns the sum, an integer; for configuration D, 1000 classes and images of (3, 224, 224) it is 138,357,544 (Table 2: 138 million).

    Hint: layer_shapes tells you how many channels go into each convolution, and how large the last map is.
    """
    ### BEGIN SOLUTION
    shapes = [tuple(input_shape), *layer_shapes(configuration, input_shape)]
    total = 0
    for item, (channels, _, _) in zip(configuration, shapes, strict=False):
        if item != "M":
            filters, k = (item, 3) if isinstance(item, int) else item
            total += filters * (channels * k * k + 1)
    c, h, w = shapes[-1]
    ins = c * h * w
    for outs in (4096, 4096, classes):
        total += outs * (ins + 1)
        ins = outs
    return total
    ### END SOLUTION
