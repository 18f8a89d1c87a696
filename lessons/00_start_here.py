# %% [markdown]
# # 0 · Start here
#
# *What you will know afterwards:* what goes into a VGG network and what comes out; what its parts are called; what its first layers see in a photograph; and how to work with these lessons.
#
# The paper: K. Simonyan and A. Zisserman, *Very Deep Convolutional Networks for Large-Scale Image Recognition*, 2014, arXiv 1409.1556. Section numbers in the lessons, such as §2.3, are those of the paper. The code: the folder `minivgg/`, which implements the paper from the first multiplication up. Why this paper? It compared networks that differ in little but their depth, and showed that deeper ones, with small filters only, are better: one of its networks, on its own, has the right label among its five best answers for 93 % of ImageNet's test photographs. Its layers are still used in other programs that work with images.
#
# Reading time: about 40 minutes; the code runs in about 8 seconds. Prerequisites: Python and some NumPy: arrays, shapes, slices, and the fact that `x @ w` is a matrix product. No knowledge of deep learning is needed.

# %% tags=["setup"]
import importlib.util

if getattr(importlib.util.find_spec("minivgg"), "origin", None) is None:
    import sys

    raise ModuleNotFoundError(
        f"minivgg is not installed for {sys.executable}, the Python of this notebook. If it is "
        "installed in a virtual environment (.venv), choose the kernel of that one. Otherwise "
        "install it from a checkout (pip install .) or from a wheel."
    )

import matplotlib.cbook
import numpy as np
from minivgg import backend, data, layers, models, ops, plots
from minivgg.classroom import check, guess, hint, slider, solution
from minivgg.plots import fields, figures, photographs, shares, windows
from minivgg.training.run import Run

# %% [markdown]
# ## How to work with a lesson
#
# Run the cells one after the other (Shift + Enter), and change them: you cannot break anything. Each lesson begins with a question. Guess the answer before you read on, since you remember an answer better after a guess, even a wrong one. This lesson has three exercises, two of them at the end; `check` tells you at once whether your answer is right. Try this on the first one. Write your answer in place of the three dots. `hint` prints the first of three hints, then the next one each time you run it again; `solution("0.1")` shows a worked answer.
#
# **0.1** How many numbers are there in a colour photograph of 224×224 pixels?

# %%
check(..., "0.1")
hint("0.1")

# %% [markdown]
# Terms are explained where they first appear, in *italics*; all of them are in the [glossary](../docs/glossary.md), with their Korean names.
#
# ## A question first
#
# VGG-16, the best-known network of the paper, looks at a photograph of 224×224 pixels and says which of 1000 things it shows. **How many multiplications does one photograph take? 15 million, 1.5 billion or 15 billion? Write your guess down before you read on**, in place of the dots. A hint: the first of its layers computes 3.2 million numbers, each of them a sum of 27 products. The second computes as many, each a sum of 576 products. Eleven more layers of this kind follow; each takes as many products as the second, or half or a quarter as many.

# %%
guess("0", ...)

# %% [markdown]
# ## What goes in, what comes out
#
# A colour photograph is an array of numbers with the shape $(3, H, W)$: three *channels* (red, green and blue) of $H$ rows and $W$ columns. Each number, from 0 to 255, says how bright one *pixel* is in one colour.

# %%
path = matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
photograph = data.read_image(path)
print("the photograph:   ", photograph.shape)
rescale_and_cut = data.Compose([data.Rescale(256), data.CenterCrop(224)])
cut = rescale_and_cut([photograph])[0]
print("input of the net: ", cut.shape)

# %% [markdown]
# (It shows Grace Hopper, a pioneer of compilers, and comes with matplotlib. VGG takes squares of 224×224 pixels: the photograph is rescaled until its smaller side has 256 pixels, and the centre is cut out.)
#
# A *network* is a sequence of *layers*. Each layer is a function that takes an array and returns an array. VGG uses four kinds:
#
# - A **convolution** slides small *filters* over its input. Each filter looks for one pattern and makes one *feature map*: a matrix that says, for each position, how well the pattern fits there. (The number also grows with the brightness of the image. And this description is exact only for the first layer: deeper filters look for patterns of feature maps, which are harder to imagine; see lesson 10.) The feature maps are the channels of the next layer's input. (Lesson 1)
# - **ReLU**, applied after each convolution, sets negative numbers to 0. Without it, a stack of convolutions, or of fully connected layers, could compute no more than a single one. (Lesson 5)
# - A **max-pool** keeps the largest number in each square of 2×2, which halves height and width. (Lesson 1)
# - A **fully connected** layer computes `W @ x + b`: each output depends on all inputs. The last one gives 1000 scores, one for each class, and *softmax* turns them into probabilities. (Lesson 1b)
#
# Here is one number of a feature map. The image is dark (0) on the left and bright (9) on the right. The filter subtracts the left column of its window from the right one. So the result is large at a vertical edge, and 0 where the window is all dark:

# %%
image = np.array([[0, 0, 0, 9, 9]] * 4)
vertical_edge = np.array([[-1, 0, 1]] * 3)
windows.window_sum(image[None], vertical_edge[None], column=1).describe(
    "A window of 3×3 pixels times a filter of 3×3, number by number, gives nine products; "
    "their sum, 27, is one number of the feature map. In the dark part the map is 0."
)

# %% [markdown]
# The numbers in filters, in `W` and in `b` are the *parameters* of the network: *weights*, which are multiplied, and *biases*, which are added. Nobody chooses them: they are learned from examples. One number in a feature map, with the computation behind it, is called a *unit*.
#
# ## VGG-16
#
# Here is the whole network, drawn from its code. It runs from top to bottom: 13 convolutions (blue) in five *blocks*, a max-pool (green) at the end of each block, and three fully connected layers (orange). 64 × 224² means 64 feature maps of 224×224. (Fully connected layers have no maps: their boxes widen slowly with the number of outputs.) A blue or green box is as wide as its feature maps, to scale; it is also a little thicker where there are more maps, but the thickness is not to scale, and neither are the orange boxes.

# %%
vgg16 = models.vgg16(initializer="zeros")  # only the shapes matter here
names = models.layer_paths(vgg16)
plots.architecture(vgg16, (3, 224, 224), names=names).describe(
    "A funnel of 21 layers: convolutions of 3×3 in five blocks, each followed by a "
    "max-pool, from 64 feature maps of 224×224 to 512 of 7×7; then three fully connected "
    "layers with 4096, 4096 and 1000 outputs. The last column grows from 3 to 404 pixels."
)

# %% [markdown]
# From block to block the maps become **smaller**, and up to the fourth block **more numerous**: deeper layers say less precisely *where* something is, and more about *what* it is. Layers are named by block and number: `conv3_2` is the second convolution of the third block, `pool3` the max-pool at the end of this block.
#
# The column *sees* is the *receptive field*: the width, in pixels of the photograph, of the square that one unit depends on. Lesson 3 shows how it is computed. (At the end it is larger than 224: the square then reaches beyond the photograph.) Here are some of these squares, drawn around an eye. (The largest would reach beyond the photograph here, and has been moved inside.) The smallest, 3 pixels wide, is hardly larger than its frame.

# %%
sees = {"conv1_1": 3, "conv2_2": 14, "pool3": 44, "conv4_3": 92, "conv5_3": 196}
squares = []
for name, size in sees.items():
    top, left = max(0, 56 - size / 2), max(0, 94 - size / 2)
    colour = figures.GREEN if name == "pool3" else figures.BLUE
    squares.append((f"{name}: {size}", top, left, size, colour))
fields.frames(cut, squares).describe(
    "Nested squares around an eye. A unit of conv1_1 sees 3 pixels, one of pool3 the "
    "eye with one lens of the glasses, one of conv4_3 "
    "most of the face, one of conv5_3 nearly all of the photograph."
)

# %% [markdown]
# Three pixels are enough for an edge, but not for an eye. A square of 44 pixels, which is what `pool3` sees, has room for an eye and the part of the glasses around it; one of 196 pixels, which is what `conv5_3` sees, has room for a person.
#
# Now the answer to the question. `models.summary` counts parameters and `macs`, *multiply-accumulates*, for each layer; a multiply-accumulate is a multiplication followed by an addition:

# %%
table = models.summary(vgg16, (3, 224, 224))
print(f"{table.macs:,} multiplications, each with an addition")
print(f"{table.parameters:,} parameters")
guess("0")

# %% [markdown]
# **15 billion**, for one photograph. (How fast that can go is the topic of lesson 12.) The first layer takes only 87 million of them: it has only three channels to sum over. The second takes 1.8 billion, since each of its numbers is a sum over a window in 64 channels, $3 \cdot 3 \cdot 64 = 576$ products. Nearly all multiplications are in the convolutions, and most parameters are in the fully connected layers: a filter has few weights, but is used at every position. Lesson 4 counts both exactly.

# %%
shares.parameters_and_multiplications(vgg16, (3, 224, 224)).describe(
    "Two bars. 89 % of the parameters are in the fully connected layers, and 99 % of the "
    "multiplications are in the convolutions."
)

# %% [markdown]
# ## What VGG-16 has learned
#
# The first three blocks of the authors' own VGG-16 come with this package (licence CC BY 4.0). Its first layer has 64 filters of 3×3 pixels in three colours. Here they all are, on one scale; grey means 0:

# %%
first_blocks = models.packaged_net("vgg16-pool3")
weights = backend.to_numpy(first_blocks.parameters()["features.0.weight"].data)
photographs.mosaic(weights, columns=8).describe(
    "64 squares of 3×3 pixels. Most of them are light on one side and dark on the "
    "other, in different directions; the others have nearly one colour."
)

# %% [markdown]
# Many filters are light on one side and dark on the other: they respond to edges in that direction. Others have nearly a single colour, and respond to that colour. By a simple measure, 20 of the 64 are mostly about colour. (Subtract from each filter its mean over the three colours. If more than half of the sum of its squared weights is left, it counts as a colour filter. Lesson 8 sorts all 64 by this measure.) Nobody drew these filters; they are what helped to tell 1000 classes apart.
#
# And this is what they find in the photograph: three feature maps from each of the first, the fourth and the seventh convolutions. Bright means a large number; each map has a scale of its own, and its largest values (1 in 200) are all shown as white.

# %%
x = backend.to_device(models.preprocess(photograph, first_blocks))


def feature_map(name, number):
    maps = backend.to_numpy(models.truncate(first_blocks, name)(x))[0]
    return np.minimum(maps[number], np.percentile(maps[number], 99.5))


chosen = {"conv1_1": (0, 1, 16), "conv2_2": (18, 12, 10), "conv3_3": (19, 23, 5)}
shown = [
    (f"{name}, map {number}", feature_map(name, number))
    for name, numbers in chosen.items()
    for number in numbers
]
figures.pictures(shown, columns=3, size=1.5).describe(
    "Nine feature maps. Those of conv1_1 show edges, the blue background and the face; "
    "those of conv2_2 horizontal lines, vertical lines and stripes; those of conv3_3 are "
    "coarser and respond to few parts of the photograph."
)

# %% [markdown]
# The first layer sees edges and colours. The maps of `conv2_2` respond to lines in a certain direction: map 18 to horizontal ones, map 12 to vertical ones. Those of `conv3_3` have 56×56 pixels and respond to only a few parts of the photograph. (The pictures show nine of the 448 maps of these layers, chosen by eye.) Look for others: the sliders choose a block and one of its first 64 maps.


# %%
def last_of_block(block=2, number=4):
    name = ("conv1_2", "conv2_2", "conv3_3")[block - 1]
    picture = figures.pictures([(f"{name}, map {number}", feature_map(name, number))])
    return picture.describe(
        "One feature map of the photograph, which the sliders choose."
    )


slider(last_of_block, block=(1, 3), number=(0, 63))

# %% [markdown]
# ## From a photograph to an answer
#
# The whole VGG-16 with its weights is a file of 553 MB (lesson 10 says where to get it). A small relative comes with the package: eight convolutions, trained on CIFAR-10, which is 60,000 photographs of 32×32 pixels in ten classes. Here is one *forward pass*, that is, the computation from the input to the output, layer by layer:

# %%
run = Run.open("cifar10")
net = run.net()
small = backend.to_device(models.preprocess(photograph, net))
print(f"{'input':8} {small.shape[1:]}")
for name in models.layer_paths(net):
    if name.startswith(("conv", "pool", "fc")):
        y = models.truncate(net, name)(small)
        print(f"{name:8} {y.shape[1:]}")

# %% [markdown]
# The fully connected layers after the four blocks of this net are called `fc5` and `fc6`; in VGG-16, with five blocks, they are `fc6`, `fc7` and `fc8`. The last layer gives ten scores, and softmax turns them into probabilities:

# %%
classes = run.config["classes"]
p = backend.to_numpy(ops.softmax(net(small)))[0]
best = [(classes[k], float(p[k])) for k in np.argsort(-p)[:4]]
plots.predictions([photograph], [best]).describe(
    "The photograph and the four most probable classes of the small network: cat is far "
    "ahead, which is wrong."
)

# %% [markdown]
# A cat! The network knows ten classes, and "person" is not one of them. It has no way to say "none of these": softmax divides 100 % among the classes it has. Lesson 10 shows what such an answer is worth.
#
# **In the explorer**, `explorer.html#task=person` ([how to open it](../docs/guides/explorer.md#tasks)) asks how sure this net is of a picture that shows none of its ten classes.
#
# ## Map of the course
#
# | | lesson | |
# |---|---|---|
# | 1 | Convolution by hand | windows, filters, one matrix product |
# | 1b | Loss and gradient | how a network learns: downhill |
# | 2 | Backward by hand | gradients of a convolution, and how to check them |
# | 3 | Receptive fields | three 3×3 see as much as one 7×7 |
# | 4 | Where the parameters are | Table 2 of the paper, down to the last one |
# | 5 | Non-linearity, dropout, loss | what bends, what averages, what is minimised |
# | 6 | Learning | momentum, weight decay, initial weights |
# | 7 | The family | the networks A to E, and what a comparison proves |
# | 8 | Training | a small VGG on real images |
# | 9 | Testing like the paper | crops, scales, class maps, several networks |
# | 10 | Published weights | predictions, features, transfer |
# | 11 | Deeper still | why plain networks stop improving, and residual ones |
# | 12 | Fast (advanced) | what limits the speed, Winograd's algorithm |
#
# Take 1, 1b, 2, 3 and 4 in this order, then 5 and 6. After these any order will do.
#
# Names that you will meet:
#
# - **A to E** are the paper's networks. D is VGG-16 and E is VGG-19: 16 and 19 layers with weights.
# - **ImageNet**, in these lessons, means the part of it that was used in the annual competition ILSVRC: 1.28 million training photographs in 1000 classes.
# - **AlexNet** won the competition's classification task in 2012 and started the present interest in such networks. In 2014 **GoogLeNet** won this task, and VGG came second; VGG won the *localisation* task, finding where the object is.
#
# ## On a GPU
#
# The same code runs on a GPU. If the environment variable `MINIVGG_DEVICE=gpu` is set before the notebook is started, the lessons compute on an NVIDIA graphics card. This needs CuPy, a library like NumPy for such cards (`pip install ".[gpu]"` in a copy of the repository). `backend.to_device(x)` copies an array to the device, and `backend.to_numpy(x)` copies it back for a picture.

# %%
print("devices that work here:", *backend.available())

# %% [markdown]
# ## What write-ups get wrong
#
# - *"VGG-16 has 16 layers."* It has 16 layers **with weights**. ReLU, max-pools, dropout (lesson 5) and the flattening before the first fully connected layer are layers, too: this code counts 39.
#
# Most lessons have such a section about statements from blog posts and tutorials. All the claims that the course corrects are listed in [the overview of the lessons](README.md).

# %%
all_layers = [row.layer for row in table.rows]
with_weights = [layer for layer in all_layers if layer.parameters()]
print(len(all_layers), "layers,", len(with_weights), "of them with weights")

# %% [markdown]
# ## Exercises
#
# The first one, 0.1, is at the beginning of this page. In 0.3, write the body of the function in place of the dots.
#
# **0.2** A photograph of 448×448 pixels goes through the convolutions and max-pools of VGG-16. How many numbers are there in the output of pool5?

# %%
check(..., "0.2")

# %% [markdown]
# **0.3** Write my_accuracy(logits, labels). logits is an array of shape (N, K) with the scores of K classes for each of N images, labels has the shape (N,) and contains the number of the right class of each image. Return the share of images, from 0 to 1, for which the right class has the largest score.


# %%
def my_accuracy(logits, labels): ...


check(my_accuracy, "0.3")

# %% [markdown]
# In each lesson you write a function or two. In lesson 8 you put them together into a small VGG that learns to read digits. (`my_accuracy` computes the number by which it is judged there.) The longer functions are also assignments that can be graded: [the list of assignments](assignments/README.md).

# %% tags=["tests"]
# The statements of this page, as assertions.
assert cut.shape == (3, 224, 224)
kinds = [type(layer) for layer in all_layers]
assert kinds.count(layers.Conv2d) == 13
assert kinds.count(layers.MaxPool2d) == 5
assert kinds.count(layers.Linear) == 3
assert vgg16.output_shape((3, 224, 224)) == (1000,)
assert round(64 * 224 * 224 / 1e6, 1) == 3.2
convolutions = [row for row in table.rows if isinstance(row.layer, layers.Conv2d)]
assert [round(row.macs / 1e6) for row in convolutions[:2]] == [87, 1850]
second = convolutions[1].macs
assert {row.macs / second for row in convolutions[2:]} == {1, 0.5, 0.25}
assert round(table.macs / 1e9) == 15
assert table.parameters == 138_357_544
dense = [row for row in table.rows if isinstance(row.layer, layers.Linear)]
assert round(100 * sum(row.parameters for row in dense) / table.parameters) == 89
assert round(100 * sum(row.macs for row in dense) / table.macs) == 1
assert weights.shape == (64, 3, 3, 3)
in_colour = weights - weights.mean(axis=1, keepdims=True)
share = (in_colour**2).sum(axis=(1, 2, 3)) / (weights**2).sum(axis=(1, 2, 3))
assert (share > 0.5).sum() == 20
assert 64 + 128 + 256 == 448
assert feature_map("conv3_3", 5).shape == (56, 56)
across, down = np.gradient(feature_map("conv2_2", 18))[::-1]
assert np.abs(down).sum() > 1.5 * np.abs(across).sum()  # horizontal lines
across, down = np.gradient(feature_map("conv2_2", 12))[::-1]
assert np.abs(across).sum() > 1.5 * np.abs(down).sum()  # vertical lines
assert sum(isinstance(layer, layers.Conv2d) for layer in net["features"]) == 8
assert p.shape == (10,)
assert abs(p.sum() - 1) < 1e-5
assert best[0][0] == "cat"
assert len(with_weights) == 16
assert len(all_layers) == 39
on_it = run.net().to(backend.available()[-1])
y = on_it(backend.to_device(small, backend.available()[-1]))
assert np.allclose(backend.to_numpy(y), backend.to_numpy(net(small)), atol=1e-3)

# %% [markdown]
# ## In five lines
#
# - A VGG network consists of small convolutions with ReLU, max-pools and three fully connected layers.
# - A photograph of 3×224×224 numbers goes in, 1000 probabilities come out, with 15 billion multiplications in between.
# - From block to block the feature maps become smaller and, up to 512, more numerous; each unit sees more of the photograph.
# - Its first layers have learned to respond to edges, colours and lines.
# - Guess first, run the cell, change it.
