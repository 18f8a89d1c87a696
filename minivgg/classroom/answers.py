"""The exercises of the lessons as data. Answers are computed where something can compute them."""

from math import log, log2

import numpy as np

from minivgg import models, ops
from minivgg.analysis import receptive_field

STACK = [(3, 1)]  # one 3×3 convolution: (kernel, stride)


def _alexnets_second_pool():
    return receptive_field([(11, 4), (3, 2), (5, 1), (3, 2)])[0]


def _unfolded():
    x = np.arange(16.0).reshape(1, 1, 4, 4)
    return ops.im2col(x, (3, 3)).shape


ANSWERS = [
    {
        "name": "0.1",
        "task": "How many numbers is a colour photograph of 224×224 pixels?",
        "answer": lambda: 3 * 224 * 224,
        "hints": ("How many numbers is one pixel?", "Red, green and blue."),
        "mistakes": (
            ("grey", lambda: 224 * 224, "A pixel in colour is three numbers: red, green and blue."),
        ),
    },
    {
        "name": "0.2",
        "task": "A max-pool halves both sides of a map. How many of them make 7×7 of 224×224?",
        "answer": lambda: 5,
        "hints": ("224, 112, 56, ...",),
    },
    {
        "name": "0.3",
        "task": "Which share of VGG-16's 138 million parameters, in %, has a layer of 102.8 million? To the nearest whole number.",
        "answer": lambda: round(100 * 102.8 / 138),
        "hints": ("The layer's parameters, divided by all.",),
        "mistakes": (
            ("fraction", lambda: 0.74, "In per cent, please: times 100."),
            ("not-rounded", lambda: 100 * 102.8 / 138, "Now to the nearest whole number."),
        ),
    },
    {
        "name": "1.1",
        "task": "How large is im2col's matrix for one grey image of 4×4 and a kernel of 3×3, stride 1, no padding?",
        "answer": _unfolded,
        "hints": (
            "How many places are there for the kernel?",
            "Each row is one place, each column one pixel under the kernel.",
        ),
        "mistakes": (
            (
                "transposed",
                lambda: _unfolded()[::-1],
                "Rows and columns are exchanged: here each place of the kernel is a row.",
            ),
            (
                "no-border",
                lambda: (16, 9),
                "A kernel of 3×3 does not fit at every pixel of a 4×4 image without padding.",
            ),
        ),
    },
    {
        "name": "1.2",
        "task": "How many times as many numbers as the image has im2col's matrix, for 3×3 at stride 1 with padding 1?",
        "answer": lambda: 9,
        "hints": ("Count how often one pixel in the middle of the image is copied.",),
        "mistakes": (("how-many-more", lambda: 8, "That many *more*: how many times *as* many?"),),
    },
    {
        "name": "1.3",
        "task": "A 9×9 convolution of stride 2 and padding 4 goes over 32×32 pixels. How many has each side of the output?",
        "answer": lambda: (32 + 2 * 4 - 9) // 2 + 1,
        "hints": (
            "(H + 2·padding − k) / stride, and then?",
            "Round down, then add the first place: + 1.",
        ),
        "mistakes": (
            ("no-plus-one", lambda: (32 + 8 - 9) // 2, "The first place counts, too: + 1."),
            (
                "rounded-up",
                lambda: -(-(32 + 8 - 9) // 2) + 1,
                "A place that sticks out of the image does not count: round down.",
            ),
            ("padding-once", lambda: (32 + 4 - 9) // 2 + 1, "Padding lies on both sides."),
        ),
    },
    {
        "name": "2.1",
        "task": "A 2×2 max-pool of stride 2 goes over an image of 6×6. How many of the 36 numbers of dx can be different from 0?",
        "answer": lambda: (6 // 2) ** 2,
        "hints": ("How many windows are there?", "Each window sends its gradient to one pixel."),
        "mistakes": (("all", lambda: 36, "Only the largest pixel of each window had a say."),),
    },
    {
        "name": "2.2",
        "task": "On how many outputs of one 3×3 filter of stride 1 has a pixel in the middle of a large image an influence?",
        "answer": lambda: 9,
        "hints": ("At how many places of the filter is the pixel under it?",),
        "mistakes": (
            ("one", lambda: 1, "The filter lies over the pixel at several places: count them."),
        ),
    },
    {
        "name": "2.3",
        "task": "f(x) = x³ at x = 1. What does the central difference with h = 0.1 say?",
        "answer": lambda: (1.1**3 - 0.9**3) / 0.2,
        "hints": ("(f(1.1) − f(0.9)) / 0.2", "It is a little more than 3: the error is h²."),
        "mistakes": (
            (
                "one-sided",
                lambda: (1.1**3 - 1) / 0.1,
                "That is the one-sided difference: step to both sides.",
            ),
            ("divided-by-h", lambda: (1.1**3 - 0.9**3) / 0.1, "From 0.9 to 1.1 it is 2h."),
            ("exact", lambda: 3.0, "That is the derivative; the difference has an error of h²."),
        ),
    },
    {
        "name": "3.1",
        "task": "How many pixels, a side, does a unit see after four 3×3 convolutions of stride 1?",
        "answer": lambda: receptive_field(4 * STACK)[0],
        "hints": (
            "One layer sees 3, two see 5.",
            "Each further layer adds (k − 1)·j pixels, and j is 1 without strides.",
        ),
        "mistakes": (
            ("sum", lambda: 12, "Neighbouring windows overlap: a layer adds k − 1 pixels, not k."),
            (
                "power",
                lambda: 81,
                "Windows of windows overlap: sizes add up, they do not multiply.",
            ),
        ),
    },
    {
        "name": "3.2",
        "task": "What does a unit of AlexNet's second max-pool see? conv 11×11/4, pool 3×3/2, conv 5×5, pool 3×3/2.",
        "answer": _alexnets_second_pool,
        "hints": (
            "Note j, the distance of neighbouring units in pixels, beside r.",
            "After the first layer r = 11 and j = 4.",
        ),
        "mistakes": (
            (
                "stride-too-early",
                lambda: 11 + 2 * 8 + 4 * 8 + 2 * 16,
                "A layer's own stride spreads the layers after it, not itself.",
            ),
            (
                "strides-forgotten",
                lambda: 11 + 2 + 4 + 2,
                "After a stride of 4, neighbouring units are 4 pixels apart, after another of 2 they are 8.",
            ),
            (
                "all-strides-too-early",
                lambda: 11 + 30 + 16 + 32 + 32,
                "A layer's own stride spreads the layers after it, not itself.",
            ),
            (
                "one-layer-short",
                lambda: receptive_field([(11, 4), (3, 2), (5, 1)])[0],
                "That is conv2: the second max-pool is still to come.",
            ),
        ),
    },
    {
        "name": "3.3",
        "task": "How many 3×3 convolutions of stride 1 see as much as one of 11×11?",
        "answer": lambda: (11 - 1) // 2,
        "hints": ("r = 1 + 2n.",),
    },
    {
        "name": "4.1",
        "task": "How many weights (no biases) have three 3×3 convolutions with 64 channels in and out?",
        "answer": lambda: 27 * 64**2,
        "hints": ("One has 3·3·64·64.", "27C²."),
        "mistakes": (
            ("one-layer", lambda: 9 * 64**2, "That is one layer: 3·(3²C²) = 27C², not 3²C²."),
            ("seven", lambda: 49 * 64**2, "That is one 7×7."),
        ),
    },
    {
        "name": "4.2",
        "task": "How many parameters has VGG-16's first fully connected layer, biases included?",
        "answer": lambda: 512 * 7 * 7 * 4096 + 4096,
        "hints": ("It takes the map of the last max-pool: 512 channels of 7×7.",),
        "mistakes": (
            (
                "no-biases",
                lambda: 512 * 49 * 4096,
                "The biases are missing: one for each of the 4096 outputs.",
            ),
        ),
    },
    {
        "name": "4.3",
        "task": "How many parameters has D more than B?",
        "answer": lambda: _total("D") - _total("B"),
        "hints": (
            "models.summary(net, shape).parameters",
            "The fully connected layers are the same: count the three new convolutions.",
        ),
        "mistakes": (
            (
                "no-biases",
                lambda: 9 * 256**2 + 2 * 9 * 512**2,
                "The biases of the three new convolutions are missing.",
            ),
        ),
    },
    {
        "name": "5.1",
        "task": "What is the loss, in nats, of a net that gives each of 10 classes the same probability?",
        "answer": lambda: log(10),
        "hints": ("−log p of the label, and p is 1/10.", "Natural logarithms: nats."),
        "mistakes": (
            ("log2", lambda: log2(10), "That is in bits: take the natural logarithm."),
            ("log10", lambda: 1.0, "That is the logarithm to base 10: take the natural one."),
            (
                "sign",
                lambda: -log(10),
                "The loss is −log p, and the logarithm of a probability is negative.",
            ),
        ),
    },
    {
        "name": "5.2",
        "task": "The logits of two classes are both 0, and class 0 is the label. What is the gradient with respect to them?",
        "answer": lambda: [-0.5, 0.5],
        "hints": ("p − 1 for the label, p for the others.", "Both probabilities are ½."),
        "mistakes": (
            (
                "probabilities",
                lambda: [0.5, 0.5],
                "These are the probabilities: take 1 off the label's.",
            ),
            (
                "sign",
                lambda: [0.5, -0.5],
                "The sign: the gradient says how the loss *grows*, and more of the right logit makes it smaller.",
            ),
        ),
    },
    {
        "name": "5.3",
        "task": "A unit says 3. With dropout of p = 0.2 in training, what does it say when it is not dropped?",
        "answer": lambda: 3 / 0.8,
        "hints": ("On average over dropped and not dropped it must still be 3.", "3 / (1 − p)."),
        "mistakes": (
            (
                "unscaled",
                lambda: 3.0,
                "Then the mean over both cases would be 2.4: what is kept is scaled up.",
            ),
            (
                "divided-by-p",
                lambda: 3 / 0.2,
                "p is the probability to drop: divide by that to keep.",
            ),
            ("multiplied", lambda: 3 * 0.8, "That makes the mean smaller still: divide."),
        ),
    },
    {
        "name": "6.1",
        "task": "w = 1, v = 0, g = 2. After one step with ε = 0.1, momentum 0.9 and weight decay λ = 0.5: what is w?",
        "answer": lambda: _stepped([2.0]),
        "hints": ("First v, then w.", "In the bracket λ·w is added to the gradient."),
        "mistakes": (
            ("no-decay", lambda: 0.8, "Weight decay is missing: λw is added to the gradient."),
            ("uphill", lambda: 1.25, "The step goes down: minus ε times the gradient."),
            ("decay-apart", lambda: 1 - 0.2 - 0.5, "Weight decay is inside the bracket, times ε."),
        ),
    },
    {
        "name": "6.2",
        "task": "... and after a second step, with g = 0?",
        "answer": lambda: _stepped([2.0, 0.0]),
        "hints": (
            "The velocity of the first step is still there, times 0.9.",
            "w has changed, and so has λ·w.",
        ),
        "mistakes": (
            (
                "no-momentum",
                lambda: 0.75 - 0.1 * 0.5 * 0.75,
                "The velocity of the first step goes on, times 0.9.",
            ),
            ("no-decay", lambda: 0.75 - 0.9 * 0.25, "g is 0, but the weight still decays."),
        ),
    },
    {
        "name": "6.3",
        "task": "Which standard deviation does He give to the weights of a 3×3 convolution from 128 channels to 256?",
        "answer": lambda: (2 / (9 * 128)) ** 0.5,
        "hints": ("σ² = 2 / n, and n is how many numbers feed one output.",),
        "mistakes": (
            ("variance", lambda: 2 / (9 * 128), "That is the variance: take the root."),
            (
                "fan-out",
                lambda: (2 / (9 * 256)) ** 0.5,
                "n counts the inputs of one output: 3·3·128.",
            ),
            (
                "kernel-forgotten",
                lambda: (2 / 128) ** 0.5,
                "Each output takes 3×3 places of each of the 128 channels.",
            ),
            (
                "glorot",
                lambda: (2 / (9 * (128 + 256))) ** 0.5,
                "That is Glorot's: He's counts only the inputs.",
            ),
        ),
    },
    {
        "name": "7.1",
        "task": "How many convolutions has E?",
        "answer": lambda: sum(item != "M" for item in models.CONFIGURATIONS["E"].layers),
        "hints": ("19 layers with weights.", "Three of them are fully connected."),
        "mistakes": (
            (
                "dense-too",
                lambda: 19,
                "19 are all layers with weights: three of them are fully connected.",
            ),
        ),
    },
    {
        "name": "7.2",
        "task": 'D\'s first two blocks as a configuration: a list of numbers and "M".',
        "answer": lambda: models.CONFIGURATIONS["D"].layers[:6],
        "hints": ("Two convolutions with 64 filters, a max-pool, ...",),
        "mistakes": (
            (
                "of-A",
                lambda: models.CONFIGURATIONS["A"].layers[:4],
                "That is A: D has two convolutions in each of these blocks.",
            ),
            ("no-pools", lambda: [64, 64, 128, 128], "Each block ends with a max-pool, M."),
        ),
    },
    {
        "name": "7.3",
        "task": "Which two nets of Table 1 differ in spatial context alone? The one with less context first.",
        "answer": lambda: ["C", "D"],
        "hints": ("They have as many layers, and as many ReLUs.", "1×1 against 3×3."),
        "mistakes": (
            ("order", lambda: ["D", "C"], "The right two: the one that sees less comes first."),
            (
                "non-linearity",
                lambda: ["B", "C"],
                "These differ in non-linearity alone: both see 156 pixels.",
            ),
        ),
    },
    {
        "name": "8.1",
        "task": "How many steps of SGD are in one epoch of 1,438 images at batch size 32? (The last batch may be smaller.)",
        "answer": lambda: -(-1438 // 32),
        "hints": ("1438 / 32 = 44.9...",),
        "mistakes": (
            ("last-forgotten", lambda: 1438 // 32, "The rest makes one more, smaller batch."),
        ),
    },
    {
        "name": "8.2",
        "task": "How many images can a random 32×32 crop make of a 32×32 image with a border of 4 pixels, mirroring included?",
        "answer": lambda: 2 * 9**2,
        "hints": (
            "The image with its border has 40×40 pixels.",
            "40 − 32 + 1 places along each side, and each crop can be mirrored.",
        ),
        "mistakes": (
            ("no-plus-one", lambda: 2 * 8**2, "From 0 to 8 are nine places."),
            ("no-mirror", lambda: 9**2, "And each of them mirrored."),
            ("one-side", lambda: 2 * 5**2, "The border lies on both sides: 4 pixels each."),
        ),
    },
    {
        "name": "8.3",
        "task": "370,000 steps of 256 images are 74 epochs: how many images has the training set, to the nearest 10,000?",
        "answer": lambda: round(370_000 * 256 / 74, -4),
        "hints": ("All images that were shown, divided by how often each was shown.",),
        "mistakes": (("batch-forgotten", lambda: 370_000 / 74, "A step shows 256 images."),),
    },
    {
        "name": "9.1",
        "task": "How large, a side, is VGG's class map of an image of 448×448 pixels?",
        "answer": lambda: 448 // 32 - 6,
        "hints": (
            "Five max-pools halve the side five times.",
            "A 7×7 without padding fits into a map of 14×14 at ... places a side.",
        ),
        "mistakes": (
            (
                "the-map-itself",
                lambda: 14,
                "That is the map before the 7×7 convolution, which has no padding.",
            ),
            ("minus-seven", lambda: 7, "14 − 7 + 1: the first place counts, too."),
        ),
    },
    {
        "name": "9.2",
        "task": "How many crops does the paper average for one image, with three scales, 5×5 places and mirrors?",
        "answer": lambda: 3 * 25 * 2,
        "hints": ("Fifty for each scale.",),
        "mistakes": (
            ("no-mirrors", lambda: 75, "Each crop is also shown mirrored."),
            ("one-scale", lambda: 50, "That is for one scale."),
            (
                "places",
                lambda: 25,
                "That is the places of one scale: each is also mirrored, and there are three scales.",
            ),
        ),
    },
    {
        "name": "9.3",
        "task": "How many numbers are in the 7×7 filters that VGG's first fully connected layer becomes (no biases)?",
        "answer": lambda: 4096 * 512 * 7 * 7,
        "hints": ("The same as in the layer itself.", "4096 filters, each for 512 channels."),
        "mistakes": (
            (
                "no-channels",
                lambda: 4096 * 49,
                "Each filter has a 7×7 for every one of the 512 channels.",
            ),
            ("one-filter", lambda: 512 * 49, "That is one filter, and there are 4096."),
        ),
    },
    {
        "name": "10.1",
        "task": "A photograph of 400×600 pixels (height, width) is rescaled to a smaller side of 256. What is its shape now?",
        "answer": lambda: (256, 600 * 256 // 400),
        "hints": ("Both sides are scaled alike.", "256 / 400 = 0.64."),
        "mistakes": (
            (
                "squeezed",
                lambda: (256, 256),
                "That distorts the photograph: both sides shrink by the same factor.",
            ),
            ("larger-side", lambda: (400 * 256 // 600, 256), "The *smaller* side becomes 256."),
        ),
    },
    {
        "name": "10.2",
        "task": "How many weights and biases has the new last layer of VGG-16 for 37 classes?",
        "answer": lambda: 4096 * 37 + 37,
        "hints": ("It takes the 4096 numbers of fc7.",),
        "mistakes": (("no-biases", lambda: 4096 * 37, "One bias for each class is missing."),),
    },
    {
        "name": "10.3",
        "task": "A red of 124: what is (x/255 − 0.485) / 0.229 of it?",
        "answer": lambda: (124 / 255 - 0.485) / 0.229,
        "hints": ("It is nearly the mean, so the result is nearly 0.",),
        "mistakes": (
            (
                "not-divided-by-255",
                lambda: (124 - 0.485) / 0.229,
                "The mean is for values from 0 to 1: divide by 255 first.",
            ),
            ("std-forgotten", lambda: 124 / 255 - 0.485, "Divide by the standard deviation, too."),
        ),
    },
    {
        "name": "11.1",
        "task": "What is n, in 6n + 2, for 56 layers?",
        "answer": lambda: (56 - 2) // 6,
        "hints": (
            "Three stages of 2n convolutions, one convolution before them and one fully connected layer after.",
        ),
    },
    {
        "name": "11.2",
        "task": "Ten blocks y = x + F(x), with F' = 0.1: by which factor does the gradient change on its way back?",
        "answer": lambda: 1.1**10,
        "hints": ("Through one block it is multiplied by 1 + F'.",),
        "mistakes": (
            ("no-shortcut", lambda: 0.1**10, "That is without the shortcuts: each adds 1."),
            ("sum", lambda: 2.0, "The blocks come one after the other: their factors multiply."),
        ),
    },
    {
        "name": "11.3",
        "task": "... and through ten layers y = F(x), without shortcuts?",
        "answer": lambda: 0.1**10,
        "hints": ("Ten factors of 0.1.",),
        "mistakes": (
            ("sum", lambda: 1.0, "The layers come one after the other: their factors multiply."),
        ),
    },
    {
        "name": "12.1",
        "task": "How many multiplications do 6 outputs of a filter of 3 take in one dimension, by Winograd?",
        "answer": lambda: 6 + 3 - 1,
        "hints": ("m + r − 1.",),
        "mistakes": (("direct", lambda: 18, "That is the direct way: 6·3."),),
    },
    {
        "name": "12.2",
        "task": "... and a tile of 6×6 outputs of a 3×3 filter, in two?",
        "answer": lambda: (6 + 3 - 1) ** 2,
        "hints": ("The trick is applied along both directions.",),
        "mistakes": (
            ("direct", lambda: 324, "That is the direct way: 36·9."),
            ("once", lambda: 8, "Along both directions: the numbers multiply."),
        ),
    },
    {
        "name": "12.3",
        "task": "200 billion multiply-adds and 20 GB a second: from which intensity on is arithmetic the limit?",
        "answer": lambda: 200 / 20,
        "hints": ("Where both limits are equal: peak = intensity · bandwidth.",),
        "mistakes": (
            (
                "upside-down",
                lambda: 20 / 200,
                "Multiply-adds for each byte, not bytes for each multiply-add.",
            ),
        ),
    },
]


def _stepped(gradients):
    """The weight after steps of the paper's rule from w = 1 with ε = 0.1, momentum 0.9 and λ = 0.5."""
    w, v = 1.0, 0.0
    for g in gradients:
        v = 0.9 * v - 0.1 * (0.5 * w + g)
        w += v
    return w


def _total(name):
    return models.summary(models.vgg(name, initializer="zeros"), (3, 224, 224)).parameters
