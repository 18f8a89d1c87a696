"""Hints for the functions of the assignments, three for each, from small to large help.

The first says which idea to look at and what to try by hand. The second has the formula, the shapes
or the steps. The third is nearly the answer: the lines of the function, in which ``...`` stands for
what the comment beside it describes.
"""

TASK_HINTS: dict[str, tuple[str, str, str]] = {
    "im2col": (
        "Write the four 2×2 windows of a 3×3 image as the rows of a matrix, by hand. Then read "
        "its columns: each column has the numbers at one position of the kernel, in all windows.",
        "Pad the images first. The numbers at position (i, j) of the kernel, in all windows, are "
        "one slice of the padded images: it begins at row i and column j, has steps of stride, "
        "and OH rows and OW columns. Collect these slices in an array of shape "
        "(N, C, kh, kw, OH, OW), then bring its axes into the order of the matrix.",
        """Replace the dots:
    n, c, h, w = x.shape
    oh, ow = (h + 2 * padding - kh) // stride + 1, (w + 2 * padding - kw) // stride + 1
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    cols = np.empty((n, c, kh, kw, oh, ow), x.dtype)
    for i in range(kh):
        for j in range(kw):
            cols[:, :, i, j] = ...  # the slice of x for position (i, j)
    return ...  # cols with its axes in the order n, oh, ow, c, kh, kw, reshaped to a matrix""",
    ),
    "conv_forward": (
        "Write down the shapes of im2col's matrix and of w.reshape(F, -1). Find the product "
        "of the two in which each row is a position of the output, and each column is a filter.",
        "im2col's matrix is (N·OH·OW, C·kh·kw), and w.reshape(F, -1) is (F, C·kh·kw). The product "
        "of the first with the transpose of the second is (N·OH·OW, F), and broadcasting adds b to "
        "each of its rows. Reshape it to (N, OH, OW, F), then make the filters the second axis.",
        """Replace the dots:
    n, c, h, width = x.shape
    f, _, kh, kw = w.shape
    oh, ow = (h + 2 * padding - kh) // stride + 1, (width + 2 * padding - kw) // stride + 1
    rows = ...  # the product of im2col's matrix with the transposed filter matrix, plus b
    y = rows.reshape(n, oh, ow, f)
    return ...  # y with the filters as its second axis""",
    ),
    "col2im": (
        "Take the four 2×2 windows of a 3×3 image, by hand, and add each of their numbers to its "
        "pixel. The pixel in the middle gets four numbers, a pixel in a corner gets one.",
        "Reshape cols to (N, OH, OW, C, kh, kw), and begin with zeros in the shape of the padded "
        "images. For each position (i, j) of the kernel, im2col reads a slice of the padded "
        "images: add the numbers of this position to the same slice. Cut off the padding at the "
        "end.",
        """Replace the dots:
    n, c, h, w = x_shape
    oh, ow = (h + 2 * padding - kh) // stride + 1, (w + 2 * padding - kw) // stride + 1
    cols = cols.reshape(n, oh, ow, c, kh, kw).transpose(0, 3, 4, 5, 1, 2)
    x = np.zeros((n, c, h + 2 * padding, w + 2 * padding), cols.dtype)
    for i in range(kh):
        for j in range(kw):
            ...  # add cols[:, :, i, j] to the slice of x for position (i, j)
    return ...  # the h rows and w columns of x that begin at padding (which can be 0)""",
    ),
    "conv_backward": (
        "The forward pass is Y = cols · Wᵀ + b. Write down the shapes of cols, W, Y and b: the "
        "gradient of each has the same shape.",
        "Bring dy into the form of Y: one position in each row, one filter in each column. Call it "
        "dY. Then dW = dYᵀ · cols and dcols = dY · W; db is the sum of the rows of dY, and dx is "
        "col2im of dcols.",
        """Replace the dots:
    f, c, kh, kw = w.shape
    rows = ...  # dy with the filters as its last axis, reshaped to f columns
    cols = im2col(x, kh, kw, stride, padding)
    dw = ...  # the product of rows and cols that has the shape (f, c·kh·kw), reshaped like w
    dcols = rows @ w.reshape(f, -1)
    dx = col2im(dcols, x.shape, kh, kw, stride, padding)
    return dx, dw, rows.sum(axis=0)""",
    ),
    "maxpool_forward": (
        "Draw a 4×4 map with 2×2 windows and stride 2. Mark the upper left pixel of each window: "
        "together, these pixels are one slice of the map.",
        "For each of the size·size positions in a window, take the slice with the pixels at this "
        "position, in all windows. Each slice has the shape (N, C, OH, OW), and y is the maximum "
        "of all of them, element by element.",
        """Replace the dots:
    oh, ow = (x.shape[2] - size) // stride + 1, (x.shape[3] - size) // stride + 1
    y = np.full((*x.shape[:2], oh, ow), -np.inf)
    for i in range(size):
        for j in range(size):
            pixels = ...  # the slice of x for position (i, j), of oh rows and ow columns
            y = ...  # the larger of y and pixels, element by element
    return y""",
    ),
    "maxpool_backward": (
        "Draw a small map with overlapping windows. For each window, write its gradient at its "
        "maximum, and add where several windows have the same maximum.",
        "Take the slices of the forward pass, one for each position in a window, row by row. "
        "np.argmax over the slices gives, for each window, the number of the position with the "
        "maximum. For each position, add dy to its slice of dx in the windows that have this "
        "number.",
        """Replace the dots:
    oh, ow = dy.shape[2:]
    slices = [
        np.s_[:, :, i : i + stride * oh : stride, j : j + stride * ow : stride]
        for i in range(size)
        for j in range(size)
    ]
    position = ...  # np.argmax over the list of x[s] for each s of slices, along axis 0
    dx = np.zeros(x.shape)
    for number, s in enumerate(slices):
        ...  # add dy to dx[s] where position is number, and 0 elsewhere
    return dx""",
    ),
    "relu_forward": (
        "Compute the output for the inputs −2, 0 and 3 by hand. Negative numbers become 0.",
        "y has the shape of x. Compare each element with 0, and take the larger of the two. "
        "Use a function that compares element by element: np.max gives one number for the whole "
        "array.",
        """np.maximum(a, b) gives the larger of a and b, element by element. Replace the dots:
    return np.maximum(x, ...)  # the number that each element is compared with""",
    ),
    "relu_backward": (
        "Draw y = max(x, 0), and read off its slope for negative and for positive x.",
        "By the chain rule, dx is dy times the derivative of ReLU at x, element by element. This "
        "derivative is 1 where x is positive, and 0 elsewhere.",
        """x > 0 is an array of True and False, which are 1 and 0 in a product. Replace the dots:
    mask = x > 0
    return ...  # the product of dy and mask""",
    ),
    "dropout_forward": (
        "Take ten units of 1 and p = 0.2: about eight of them are kept. Find the number that each "
        "of these must become, so that the mean of all ten is still 1.",
        "Draw a uniform random number for each element, rng.random(x.shape): it is below p with "
        "probability p. The mask is 0 there and 1/(1 − p) elsewhere, and y = x · mask. At test "
        "time return x and None.",
        """Replace the dots:
    if not training:
        return x, None
    kept = ...  # True where the random number of rng.random(x.shape) is not below p
    mask = ...  # 1/(1 − p) where kept is True, else 0
    return x * mask, mask""",
    ),
    "dropout_backward": (
        "The forward pass is y = x · mask, element by element. Find the derivative of one element "
        "of y with respect to the same element of x.",
        "By the chain rule, dx is dy times the derivative, which is the mask. It already contains "
        "the factor 1/(1 − p). If mask is None, then y = x.",
        """Replace the dots:
    if mask is None:
        return dy
    return ...  # the product of dy and mask""",
    ),
    "softmax_cross_entropy": (
        "Softmax does not change if the same number is subtracted from a whole row. Choose a "
        "number that makes the largest logit of each row 0: then exp cannot overflow.",
        "Let z be the logits minus the maximum of their row. Then log p = z − log Σ exp(z), with "
        "the sum over the row: p itself is not needed for the loss. The loss is the mean of −log p "
        "at the labels, and its gradient is (p − 1) / N at the labels and p / N elsewhere.",
        """Replace the dots:
    n = len(labels)
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = ...  # z minus the logarithm of the sum of exp(z) over each row, with keepdims=True
    loss = -log_p[np.arange(n), labels].mean()
    dlogits = np.exp(log_p)
    ...  # subtract 1 from dlogits at the label of each row
    return loss, dlogits / n""",
    ),
    "sgd_step": (
        "Compute two steps for one weight by hand: w = 1, v = 0, g = 1, lr = 0.1, momentum = 0.9, "
        "weight_decay = 0. The second step begins with the w and v of the first.",
        "The new velocity is a sum of three terms: +momentum·v, −lr·g and −lr·weight_decay·w. "
        "The new weight is w plus the new velocity. Return the weight first, then the velocity.",
        """Replace the dots:
    v = ...  # momentum times v, minus lr times the sum of g and weight_decay times w
    return ..., v  # w plus the new v""",
    ),
    "plateau": (
        "Take the accuracies 0.50, 0.62, 0.61, 0.62 and patience 2. Compare the best of the last "
        "two with the best of those before them, by hand.",
        "history[:-patience] are the accuracies before, history[-patience:] the recent ones. If "
        "there are none before, it is too early: return lr. Else compare the maximum of each part: "
        "the rate falls unless the recent one is greater.",
        """Replace the dots:
    before, recent = history[:-patience], history[-patience:]
    if not before:
        return lr
    if ...:  # the maximum of recent is at most the maximum of before
        return lr * factor
    return lr""",
    ),
    "receptive_field": (
        "Compute r and j by hand, first for two 3×3 layers with stride 1, then for a 2×2 pool with "
        "stride 2. Only a stride changes j.",
        "Begin with r = 1 and j = 1. For each layer (k, s), first r ← r + (k − 1)·j with the j of "
        "the layers before, then j ← j·s.",
        """Replace the dots:
    r, j = 1, 1
    for k, s in layers:
        r = ...  # r plus k − 1 distances of neighbouring units
        j = ...  # j times the stride
    return r, j""",
    ),
    "layer_shapes": (
        'Write down the shapes for a grey image of 15×10 and the configuration [8, "M", 16] by '
        "hand. A convolution changes one of the three numbers, a pool the other two.",
        'There are three kinds of items: "M" halves height and width, rounded down; a number is '
        "the new number of channels; of a pair (filters, k), filters is the new number of "
        "channels. Append (c, h, w) to the list after each item.",
        """Replace the dots:
    c, h, w = input_shape
    shapes = []
    for item in configuration:
        if item == "M":
            h, w = ...  # half of h and half of w, as integers
        else:
            c = ...  # item, or its first number if it is a pair: isinstance(item, int)
        shapes.append((c, h, w))
    return shapes""",
    ),
    "count_parameters": (
        "Count the first two convolutions of VGG-16 by hand. The number of input channels of a "
        "layer is the number of filters of the layer before; the first has the image's channels.",
        "Put input_shape before the list of layer_shapes: then item number i has its input shape "
        "at index i. A convolution has F·(C·k·k + 1) parameters, with k = 3 unless the item is a "
        "pair. Add O·(I + 1) for each of the three fully connected layers: the first I is C·H·W of "
        "the last shape, and each further I is the O of the layer before.",
        """Replace the dots:
    shapes = [input_shape, *layer_shapes(configuration, input_shape)]
    total = 0
    for item, (channels, _, _) in zip(configuration, shapes):
        if item != "M":
            filters, k = (item, 3) if isinstance(item, int) else item
            total += ...  # the weights and biases of these filters
    c, h, w = shapes[-1]
    inputs = c * h * w
    for outputs in (4096, 4096, classes):
        total += ...  # the weights and biases of a fully connected layer
        inputs = outputs
    return total""",
    ),
    "linear_to_convolution": (
        "Take one row of w for a map with 2 channels of 2×2, and write its eight numbers as two "
        "2×2 kernels, in the order in which Flatten read the map.",
        "Flatten writes the map in row-major order: by channel, then by row, then by column, and "
        "the last index changes fastest. reshape reads in the same order, so it is enough; no axes "
        "are exchanged.",
        """In reshape, -1 stands for the size that follows from the others. Replace the dots:
    return w.reshape(-1, ...)  # the sizes of the three other axes, in the order of the result""",
    ),
    "class_map": (
        "On a map of height×width, a fully connected layer is a convolution whose filter fits at "
        "one position. On a larger map it fits at several positions, and gives an output at each.",
        "The first layer becomes a convolution with filters of height×width. Its output has one "
        "number per channel at each position, so each further layer is a convolution with 1×1 "
        "filters. Apply ReLU before each layer except the first.",
        """Replace the dots:
    for number, (w, b) in enumerate(layers):
        if number > 0:
            maps = ...  # ReLU of maps
            height, width = ...  # the size of the filters of all further layers
        filters = linear_to_convolution(w, maps.shape[1], height, width)
        maps = conv_forward(maps, filters, b, 1, 0)
    return maps""",
    ),
    "dense_posteriors": (
        "Take two classes and two positions, with the scores (2, 0) and (0, 1). Compute the "
        "softmax at each position by hand, then the mean of the two.",
        "Stack scores and mirrored to one array (2, N, K, H, W). Softmax is over the classes, "
        "separately at each position of each image; subtract the maximum over the classes first. "
        "The mean is over all axes except N and K.",
        """Replace the dots:
    z = np.stack([scores, mirrored])
    e = np.exp(z - z.max(axis=..., keepdims=True))  # the axis of the classes
    p = ...  # e divided by its sum over the classes, with keepdims=True
    return p.mean(axis=...)  # the axes of the two images, the rows and the columns""",
    ),
}
