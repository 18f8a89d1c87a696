"""Assignment 7: architecture.

Compute what Table 1 of the paper describes with three functions: the receptive field of a unit, the
output shape of each layer, and the number of parameters. Lesson 3 shows receptive fields, lesson 4
parameter counts, lesson 7 the family of nets. Use plain Python, no library.

In the folder of this file, check your work with

    minivgg assignment check architecture.py

or in the notebook architecture_guide.ipynb.

C: channels, H and W: height and width, k: the size of a kernel, s: a stride. A configuration is a
list like [64, 64, "M", (128, 1), "M"], a column of Table 1: a number is a layer of that many 3×3
filters, a pair (filters, k), a tuple or a list, is a layer of k×k filters, and "M" is a 2×2
max-pool with stride 2. Convolutions have stride 1 and a padding of (k − 1)/2, which keeps height
and width (§2.1).
"""


def receptive_field(layers):
    """The receptive field of a unit after some layers, and the distance of neighbouring units.

    layers: a list of (k, s), beginning at the image; convolutions and pools are treated alike, and
    the list can be empty.
    Returns r, the size of the receptive field along one axis, and j, the distance of neighbouring
    units, both in pixels. Begin with 1 and 1, the pixel itself; then for each layer, in this order,
    r ← r + (k − 1)·j and j ← j·s.

    Hint: after two 3×3 layers with stride 1 they are 5 and 1, as in §2.3; after a 2×2 pool with
    stride 2 they are 2 and 2. Compute both by hand.
    """
    ### BEGIN SOLUTION
    r, j = 1, 1
    for k, s in layers:
        r, j = r + (k - 1) * j, j * s
    return r, j
    ### END SOLUTION


def layer_shapes(configuration, input_shape):
    """The output shape of each item of a configuration.

    configuration: a list as above. input_shape: (C, H, W) of the image.
    Returns a list with one (C, H, W) for each item, pools included. A convolution changes only the
    channels; a pool halves height and width, rounded down, and keeps the channels.

    Hint: keep three numbers, change them item by item, and append them to a list after each.
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
    """The number of weights and biases of a net: its convolutions, followed by three fully
    connected layers with 4096, 4096 and ``classes`` outputs.

    configuration: a list as above. input_shape: (C, H, W) of the image. The input of the first
    fully connected layer is all C·H·W numbers of the last map. A k×k convolution from C channels to
    F filters has F·(C·k·k + 1) parameters, a fully connected layer from I to O numbers O·(I + 1);
    pools have none.
    Returns the sum, an integer. For configuration D, 1000 classes and images of (3, 224, 224) it is
    138,357,544 (Table 2: 138 million).

    Hint: layer_shapes gives the number of input channels of each convolution, and the size of the
    last map.
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
