# %% [markdown]
# # 9 · Testing like the paper
#
# *What you will know afterwards:* what top-5 error is; how fully connected layers become convolutions with the same weights, and what a class map is; what crops, scales and several nets add, and when they do harm; and how to read Tables 3 to 7 of the paper.
#
# The paper: §3.2 and §4. Here: `minivgg/evaluation/protocols.py` (`class_map`, `crop_corners`, `paper_scales`), `minivgg/models/fully_convolutional.py` (`models.to_fully_convolutional`), `minivgg/analysis/paper_tables.py`.
#
# Reading time: about 50 minutes; the code runs in about 55 seconds. Before this lesson: lessons 3, 4, 5 and 8. Afterwards: the [assignment](assignments/README.md) `dense_evaluation`.

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
from minivgg import backend, data, layers, models, ops, optim
from minivgg.analysis import paper_tables
from minivgg.classroom import check, guess, hint, slider, solution
from minivgg.evaluation import protocols
from minivgg.plots import figures
from minivgg.plots.by_layer import by_layer
from minivgg.plots.views import answers_on_map, numbers, three_crops
from minivgg.textbook import im2col
from minivgg.training.trainer import Trainer

# %% [markdown]
# ## A question first
#
# Photographs come in all sizes, and so do the objects in them. VGG's input has 224×224 pixels. So an image is first rescaled until its smaller side has a chosen length. In *training* this length is called $S$, in *testing* $Q$. Then the net sees a window of the size of its input.
#
# We do the same with the digits of lesson 8, where both the images and the inputs of the nets have 8×8 pixels. Two small VGGs are trained:
#
# - one with $S = 8$: it sees the digits as they are;
# - one with **scale jitter**: $S$ is drawn from 8 to 12 for each image, and a random window of 8×8 is cut out of the enlarged image.
#
# Both are tested on digits that are enlarged to $Q = 12$ pixels; they see the middle 8×8. This is what they see of one digit at three scales:

# %%
train, test = data.load("digits", "train"), data.load("digits", "test")
enlarged = {Q: data.Rescale(Q)(test.images[:1]) for Q in (8, 10, 12)}
seen = [(f"Q = {Q}", data.CenterCrop(8)(image)[0]) for Q, image in enlarged.items()]
figures.pictures(seen, columns=3, size=1.4).describe(
    "The middle 8×8 pixels of a digit at the scales 8, 10 and 12. The strokes become "
    "thicker, and at 12 the outer parts of the digit are cut off."
)

# %% [markdown]
# **At $Q = 12$, which net gets more of the 359 test images wrong, and how many times as many: about as many as the other, three times, or ten times? Write your guess down, in place of the dots.**

# %%
guess("9", ...)

# %% [markdown]
# Random numbers determine the initial weights and the order of the images. A *seed* is the number that the random number generator starts from. So each net is trained twice, with the seeds 0 and 1, and you see both results. (The learning rate falls along a cosine, `CosineLR`, from 0.02 to 0.)

# %%
normalize = data.Normalize.from_dataset(train)


def trained(*augmentation, seed):
    backend.seed(seed)
    net = models.vgg("small-8x8", classes=10)
    sgd = optim.SGD(net.parameters(), lr=0.02)
    steps = [*augmentation, normalize]
    loader = data.Loader(train, 32, shuffle=True, seed=seed, transforms=steps)
    schedule = optim.CosineLR(sgd, 12)
    Trainer(net, sgd, schedule=schedule, seed=seed, progress=False).fit(
        loader, epochs=12
    )
    # mirror=False: a mirrored 3 is not a 3
    return protocols.ModelUnderTest(net.eval(), (1, 8, 8), normalize, mirror=False)


JITTER = data.Rescale((8, 12)), data.RandomCrop(8)
nets = {
    "S = 8": [trained(seed=seed) for seed in range(2)],
    "S from 8 to 12": [trained(*JITTER, seed=seed) for seed in range(2)],
}

# %%
guess("9")
wrong = {}
for name, pair in nets.items():
    for Q in (8, 12):
        results = [protocols.evaluate(net, test, "centre", [Q]) for net in pair]
        wrong[name, Q] = [result.wrong for result in results]
        print(f"{name:14} tested at Q = {Q:2}: {wrong[name, Q]} of {len(test)} wrong")

# %% [markdown]
# **About ten times**: the net that was trained at $S = 8$ fails at $Q = 12$, with 20 % of the images wrong for one seed and 32 % for the other. The net that was trained at many scales gets 1 to 3 % wrong at both, and at $Q = 8$ it is only a little worse than the first.
#
# But this net had *two* things that the first did not have: several sizes, and digits that are shifted and cut off by the random crop. At $Q = 12$ the centre crop cuts off a part of the digit, too. Which of the two helps? A third net sees digits that are shifted and cut off by up to two pixels, but all of the same size:

# %%
cut_off = [trained(data.RandomCrop(8, padding=2), seed=seed) for seed in range(2)]
for Q in (8, 12):
    only_cut = [protocols.evaluate(net, test, "centre", [Q]).wrong for net in cut_off]
    print(f"S = 8, shifted, tested at Q = {Q:2}: {only_cut} of {len(test)} wrong")

# %% [markdown]
# It fails at $Q = 12$ like the first one. So it is the variety of sizes that helps. A convolution responds to a shape wherever it is (with pools, this is exact for shifts by multiples of the total stride), but not at every size: this net must learn sizes.
#
# ## Top-1 and top-5
#
# The *top-1 error* is the share of images whose label is not the most probable class. The **top-5 error** is the share of images whose label is *not among the five most probable classes*. ImageNet has many similar classes (more than a hundred breeds of dogs), and a photograph may show several things; so five guesses are allowed.

# %% tags=["claim-top5"]
result = protocols.evaluate(nets["S = 8"][0], test, "centre", [12])
for i in np.flatnonzero(result.predicted != test.labels)[:3]:
    five = np.argsort(-result.probabilities[i])[:5].tolist()
    print(f"label {test.labels[i]}, the five most probable: {five}")
top1_error, top5_error = 1 - result.accuracy, 1 - result.top5
print(f"top-1 error {100 * top1_error:.1f} %, top-5 error {100 * top5_error:.1f} %")

# %% [markdown]
# Texts about VGG often say "7.3 % against AlexNet's 16.4 %". Both are top-5 errors on the *test* images of the competition, in Table 7 of the paper. And both are errors of several nets averaged: AlexNet's of five nets (2012), VGG's of seven (2014). They compare what two teams submitted, two years apart, not one net with another.

# %% tags=["claim-submissions"]
ALEXNET, VGG = 16.4, paper_tables.SUBMITTED["VGG, 7 nets"]  # of five and of seven nets
print(f"AlexNet, 5 nets, 2012: {ALEXNET} %;  VGG, 7 nets, 2014: {VGG} %")
print(f"VGG, one net, after the competition: {paper_tables.FEWER_NETS['VGG, 1 net']} %")

# %% [markdown]
# ## S and Q in the paper
#
# The paper trains at three settings of $S$, one after the other (§3.1): first $S = 256$; then $S = 384$, which starts *from the weights of $S = 256$*, with a learning rate of $10^{-3}$ instead of $10^{-2}$; then jitter, $S$ drawn from 256 to 512 for each image, which starts from the weights of $S = 384$. In Table 3, net D's top-1 error falls from 27.0 % to 26.8 % to 25.6 %. It is measured densely (explained below) and at one scale: $Q = S$ for a fixed $S$, and $Q = 384$, the middle of 256 and 512, for jitter (§4.1). The last step is the largest of all steps of training and testing (see below). But the net with jitter *starts from the weights of* $S = 384$, so it was also trained for longer: the step is jitter and further training together.
#
# At test time, the scales are not drawn at random. There are three, which follow from $S$ (§4.2), and the probabilities are averaged over them. For a fixed $S$ the scales are close to $S$, since the error rises when $S$ and $Q$ differ a lot:
#
# $$Q \in \{S - 32,\; S,\; S + 32\} \quad \text{for a fixed } S$$
#
# $$Q \in \{256,\, 384,\, 512\} \quad \text{for jitter}$$

# %% tags=["claim-scales"]
print("S = 256:        Q in", protocols.paper_scales(256, side=224))
print("S = 384:        Q in", protocols.paper_scales(384, side=224))
print("S in [256;512]: Q in", protocols.paper_scales((256, 512), side=224))

# %% [markdown]
# ## A fully connected layer is a convolution
#
# How can a net with an input of 224×224 be applied to a larger image? Convolutions and pools take any size; the fully connected layers are the obstacle. They expect exactly 7×7×512 numbers.
#
# Look at one unit of a fully connected layer, on a map of 2×2 with one channel. It multiplies the four numbers by four weights and adds up the products. A convolution with a 2×2 filter does the same at every position. On a 2×2 map there is *one* position, and the result is the same number. On a 3×3 map there are four positions, and the result is a map.

# %%
weights = np.array([1, 0, -1, 2])  # of one unit, for a map of 2×2
large_map = np.array([[1, 2, 0], [3, 4, 1], [0, 2, 5]])
small_map = large_map[:2, :2]
print("fully connected:", weights @ small_map.ravel())

kernel = weights.reshape(2, 2)
y, _ = im2col.conv2d(large_map[None, None] * 1.0, kernel[None, None] * 1.0)
numbers(
    [large_map, kernel, y[0, 0]],
    ["map", "× filter", "= result"],
    marked=[(0, 0, 2), (0, 0, 2), (0, 0, 1)],
).describe(
    "A 3×3 map, the four weights as a 2×2 filter, and the 2×2 result of the convolution. "
    "Its first number, 6, is the output of the fully connected layer for the framed "
    "part of the map; the others are its outputs for the other three windows."
)

# %% [markdown]
# In our small net, the last map has 64 channels of 2×2, and the first fully connected layer has 128 units. Its matrix of 128×256 weights is reshaped to 128 filters of 64×2×2. No weight changes.

# %%
net = nets["S from 8 to 12"][0].net
x = backend.to_device(normalize(test.batch([0])))
features = backend.to_numpy(net["features"](x))
layer = net["classifier"]["0"]
W, b = backend.to_numpy(layer.weight.data), backend.to_numpy(layer.bias.data)
as_vector = W @ features.ravel() + b
as_map, _ = im2col.conv2d(features, W.reshape(128, 64, 2, 2), b)
print("matrix", W.shape, "on a vector:", as_vector[:4].round(4))
print("filters", (128, 64, 2, 2), "on a map:", as_map[0, :4, 0, 0].round(4))

# %% [markdown]
# The next fully connected layers get a vector of 128 numbers, which is now a map of 1×1 with 128 channels. They become 1×1 convolutions. A net without any layer of a fixed input size is a **fully convolutional net (FCN)**. VGG's three fully connected layers become convolutions of **7×7, 1×1 and 1×1**, with 4096, 4096 and 1000 filters. Nothing is retrained: it is the same net in another form, and the paper uses it for testing only.

# %% tags=["claim-fully-convolutional", "claim-one-by-one"]
# net D with 64 units in fc7 and 10 classes, to save memory
vgg16 = models.vgg("D", initializer="zeros", hidden=(4096, 64), classes=10)
whole = models.to_fully_convolutional(vgg16)
dense_layers = [part for part in whole["classifier"] if isinstance(part, layers.Conv2d)]
kernels = [part.kernel_size for part in dense_layers]
print("kernel sizes:", kernels)
print("fc6 on 512×7×7:", whole["classifier"]["0"].output_shape((512, 7, 7)))
sides = {Q: whole.output_shape((3, Q, Q))[1] for Q in (224, 256, 288, 352, 384, 512)}
for Q, n in sides.items():
    print(f"image {Q}×{Q}: class map {n}×{n}")

# %% [markdown]
# Why these sizes? Five max-pools divide the image's height and width by 32. On a map of $Q/32$ positions along each axis, a filter of 7×7 fits $Q/32 - 7 + 1$ times. So the class map has $Q/32 - 6$ positions along each axis, 32 pixels apart.
#
# ## The class map
#
# A **class map** holds the scores of all classes at each position, that is, for each window of the image; softmax at each position turns scores into probabilities. Below is a sign with three digits; nobody has cut them out. The net sees windows of 8×8, 4 pixels apart (two max-pools); its convolutions also reach a few pixels beyond each window, where a crop would have zeros. Each window shows the most probable of the ten classes and its probability; the probabilities are averaged over the two nets with jitter.

# %%
sign = np.zeros((1, 16, 40), np.uint8)
for column, digit, which in ((4, 2, 5), (16, 7, 0), (28, 5, 6)):
    example = np.flatnonzero(test.labels == digit)[which]
    sign[:, 4:12, column : column + 8] = test.images[example]
maps = [protocols.class_map(model, sign, 16) for model in nets["S from 8 to 12"]]
class_map = np.mean(maps, axis=0)  # 10 classes, 3×9 positions
answers_on_map(sign, class_map, test.classes, window=8, jump=4).describe(
    "A sign with the digits 2, 7 and 5, and below it a table of 3×9 windows with the "
    "most probable class in each. The three windows that contain a whole digit are "
    "answered correctly. Windows with parts of digits get some class as well."
)

# %%
for column in (1, 4, 7):
    p = class_map[:, 1, column]
    print(f"middle row, window {column + 1}: {p.argmax()}, {100 * p.max():.0f} %")
others = np.delete(class_map.max(axis=0).ravel(), [10, 13, 16])
print(f"other windows: up to {100 * others.max():.0f} %")
print(f"{(others > 0.5).sum()} of {others.size} above 50 %")

# %% [markdown]
# The three windows with a whole digit (middle row, windows 2, 5 and 8) are classified correctly, with 91 to 100 %. But the other windows get an answer, too: a quarter of them with more than 50 %, and the highest, 67 %, is for a 6, in a window above the digit 5. These are false alarms. In training, each window contained a digit, sometimes cut off, and had a label; none was empty or contained parts of two digits, and there is no class "nothing". Softmax must share out 100 % among the ten classes. So this class map does not yet tell us where the digits are. For that, a net must also learn what *nothing* looks like.
#
# **In the explorer**, `explorer.html#task=zeros` ([how to open it](../docs/guides/explorer.md#tasks)) shows class maps of larger pictures: at how many positions do the zeros of the border change the answer?
#
# For **dense evaluation** the paper averages the class map over all positions, and over the image and its mirror image. The result is one vector of class probabilities.
#
# *Is that global average pooling?* Not quite. GoogLeNet and ResNet average the *feature maps* and apply one fully connected layer to the mean; they are trained that way. Dense evaluation applies trained fully connected layers, with their ReLUs, at each position, and averages *their results*, at test time only. (With a single linear layer the order would not matter: the mean of the scores is the score of the mean. With ReLUs in between it does.) Whether one averages before or after softmax also makes a difference. For the image and its mirror image the paper says that it averages the soft-max posteriors; for the positions it speaks of the class score map (§3.2), which leaves the order open. Here it is done after softmax in both cases.

# %% tags=["claim-gap"]
model = nets["S from 8 to 12"][0]
convolutional = models.to_fully_convolutional(model.net, (1, 8, 8))
larger = normalize(data.Rescale(12)(test.images))
scores = backend.to_numpy(convolutional(backend.to_device(larger)))  # (359, 10, 2, 2)
after = ops.softmax(scores).mean(axis=(2, 3))
before = ops.softmax(scores.mean(axis=(2, 3)))
unequal = (after.argmax(axis=1) != before.argmax(axis=1)).sum()
print(f"largest difference of a probability: {abs(after - before).max():.2f}")
print(f"another class for {unequal} of {len(test)} images")

# %% [markdown]
# ## Crops
#
# The other way to cover the whole image is to cut out windows at 5×5 positions, evenly spaced from edge to edge, each of them also mirrored, and to average the probabilities. That is **multi-crop evaluation**, with 50 crops at each scale. Below: $Q = 384$, the centres of the 25 windows, and three of the crops. The positions, the mirrors and the scales are *fixed*: nothing in testing is drawn at random.

# %% tags=["claim-fixed-crops"]
path = matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
photograph = data.Rescale(384)(data.read_image(path)[None])[0]
corners = protocols.crop_corners(photograph.shape, (224, 224))
print(len(corners), "crops; the first corners:", corners[:3].tolist())
three_crops(photograph, corners, (224, 224)).describe(
    "A portrait with a grid of 25 dots, the centres of the crops, and three frames: the "
    "first crop, the middle one and the last. Below it these three crops. Each shows "
    "another part of the portrait."
)

# %% [markdown]
# Dense evaluation looks at all windows in one pass, so it computes most of the convolutions twice, for the image and its mirror image, instead of 50 times. The results of the two methods differ. At the border of a crop, the convolutions see zeros (padding); in the whole image they see the neighbouring pixels. The paper supposes that the two methods complement each other for this reason (§4.3). That is a hypothesis: the paper reports that averaging both is slightly better, but describes no experiment on the reason. The authors believe that in practice the possible gain from many crops is not worth the computation (§3.2).
#
# ## Do more views help?
#
# Now we test every method at each single scale, and averaged over the three scales. Each entry is the number of wrong answers among 359, for the seeds 0 and 1.

# %%
QS, METHODS = (8, 10, 12), ("centre", "multi-crop", "dense")
P = {}  # probabilities by net, method and scale
for name, pair in nets.items():
    for method in METHODS:
        for Q in QS:
            # at Q = 8 there is one window only, so all methods are the same
            how = "centre" if Q == 8 else method
            found = [protocols.evaluate(net, test, how, [Q]) for net in pair]
            P[name, method, Q] = np.array([result.probabilities for result in found])
        scales = [P[name, method, Q] for Q in QS]
        P[name, method, "all three"] = np.mean(scales, axis=0)


def count_wrong(p):
    return (p.argmax(axis=2) != test.labels).sum(axis=1).tolist()


table = {key: count_wrong(p) for key, p in P.items()}
for name in nets:
    heads = ("Q = 8", "Q = 10", "Q = 12", "all three")
    print(f"\ntrained with {name}\n{'':10}", *(f"{head:>14}" for head in heads))
    for method in METHODS:
        counts = (table[name, method, Q] for Q in (*QS, "all three"))
        cells = (f"{first:9}{second:5}" for first, second in counts)
        print(f"{method:10}", *cells)

# %%
METHOD_NAMES = {"centre": "centre crop", "multi-crop": "25 crops", "dense": "dense"}
panels = {
    title: {
        f"trained with {name}": [table[name, method, Q] for Q in QS]
        for name in ("S from 8 to 12", "S = 8")
    }
    for method, title in METHOD_NAMES.items()
}
by_layer(
    [str(Q) for Q in QS],
    panels,
    "wrong, of 359\n(mean; bars: both seeds)",
    xlabel="Q",
).describe(
    "Three panels for the centre crop, 25 crops and dense evaluation: wrong answers by "
    "test scale. The net with jitter stays low, at 3 to 30. The net trained at one scale "
    "rises to about 100 with crops, and to about 250 with dense evaluation."
)

# %%
digit = data.Rescale(12)(test.images[:1])[0]
windows = [("Q = 12", digit)]
for row in (0, 4):
    for column in (0, 4):
        window = digit[:, row : row + 8, column : column + 8]
        windows.append((f"row {row}, column {column}", window))
figures.pictures(windows, columns=3, size=1.4).describe(
    "A digit enlarged to 12×12 pixels, and the four windows of 8×8 pixels at its corners. "
    "Each shows a part of the digit only."
)

# %% [markdown]
# Read the upper table first. At $Q = 8$ the net sees what it has learned, and there is only one window, so all methods agree. At $Q = 12$ the centre crop gets 70 to 120 images wrong, and more views do not help: 25 crops are no better, and dense evaluation gets more than 200 wrong. (With $Q = 12$ its class map has 2×2 positions, the four corners, and a corner of a digit is hard to recognise: see the figure above.) The average over the three scales is at best about as good as $Q = 8$ alone.
#
# In the lower table all scales have been learned. There the average over three scales is about as good as the best single scale or slightly better. But the differences are a few images of 359, and they change with the seed: this test set is too small to prove a gain. (The four corners of dense evaluation at $Q = 12$ are still the worst views. On photographs this matters less: a window of 224 from 256 pixels contains three quarters of the image, one of 8 from 12 pixels less than half.)
#
# To show a gain, the 10,000 test images of CIFAR-10 are enough. The net that comes with this package was trained first at $S = 32$ and then with jitter, $S$ from 32 to 40 (so, as in the paper, for longer). Its accuracy with dense evaluation, from `docs/guides/protocol.md`, one training each:
#
# | trained with | Q = 32 | Q = 36 | Q = 40 | the three averaged |
# |---|---|---|---|---|
# | S = 32 | **89.27 %** | 84.98 % | 78.75 % | 87.06 % |
# | S from 32 to 40 | 88.86 % | 89.68 % | 88.50 % | **90.31 %** |
#
# The net with $S = 32$ loses 2.2 points by averaging; the net with jitter gains 0.6 points over its best single scale. In both experiments, averaging over scales, with the centre crop or densely, harms the net that was trained at one scale (with 25 crops the digits show no difference to speak of).
#
# Is this always so? Not in the paper. Its Table 4 has nets with fixed $S$, which never saw images at $S - 32$ or $S + 32$. Top-1 errors at one scale (Table 3), and averaged over three (Table 4):

# %%
single, several = paper_tables.TABLE_3, paper_tables.TABLE_4
gain = {}
for S in paper_tables.SCALES:
    for name in "BCDE":
        if S in several[name]:
            one, three = single[name][S][0], several[name][S][0]
            gain[name, S] = round(one - three, 1)
            print(f"{name}, S = {S:9}: {one} -> {three}  ({gain[name, S]} better)")

# %% [markdown]
# A fixed $S$ gains as well, 0.2 to 0.5 points; jitter, with scales farther apart, gains 0.7 to 1.0. So: **views near the training scale can help a little, views far from it do harm, and training with jitter makes a wider range of scales useful.** How far is too far? 288 is only an eighth more than 256. But 36 is only an eighth more than 32 as well, and there our small net already loses four points. This has to be measured for each net, on validation images.
#
# ## Combining views, and combining nets
#
# Averaging dense evaluation and crops is *one net, seen in two ways*. **Fusion** averages the probabilities of *several nets*; such a group is called an *ensemble*. Nets from different seeds make different mistakes, and the average outvotes some of them.

# %% tags=["claim-fusion"]
jittered = "S from 8 to 12"
two_ways = (
    P[jittered, "dense", "all three"] + P[jittered, "multi-crop", "all three"]
) / 2
print("one net, dense and crops averaged:", count_wrong(two_ways))
fused = two_ways.mean(axis=0, keepdims=True)
print("the two nets fused:               ", count_wrong(fused))

# %% [markdown]
# The ensemble is better than the mean of its members, here even better than both. With a handful of wrong answers this proves nothing. But the paper's tables, which come next, show a gain of fusion on 50,000 images.
#
# ## Tables 3 to 6: what each step brings
#
# These are the paper's numbers, on 50,000 validation images. Tables 3 and 4 already use dense evaluation. The first three rows below are three ways of training, tested at one scale. Each further row adds one thing to the row before: two more test scales, then 50 crops at each scale (averaged with dense evaluation), then a second net.

# %%
ways, JITTERED = paper_tables.TABLES_5_AND_6, "[256;512]"
steps = {
    "S = 256, one scale": [single[net]["256"][0] for net in "DE"],
    "S = 384, one scale": [single[net]["384"][0] for net in "DE"],
    "S jittered, one scale": [single[net][JITTERED][0] for net in "DE"],
    "+ three test scales": [several[net][JITTERED][0] for net in "DE"],
    "+ 50 crops": [ways[net]["both"][0] for net in "DE"],
}
fused_error, nothing = ways["D + E"]["both"][0], float("nan")
error = {
    "D": [d for d, _ in steps.values()] + [nothing],
    "E": [e for _, e in steps.values()] + [nothing],
    "D and E fused": [nothing] * len(steps) + [fused_error],
}
figures.dots([*steps, "+ second net"], error, "top-1 error, %", width=5).describe(
    "Dots for nets D and E. The top-1 error falls from about 27 % with one scale to "
    "25.5 % with jitter, 24.8 % with three test scales, 24.4 % with crops as well, and "
    "23.7 % with both nets fused. The largest step is jitter in training."
)

# %%
d = [values[0] for values in steps.values()]
gains = np.diff([*d, fused_error]).round(1).tolist()
changes = ("S = 384 for 256", "S jittered for 384", *list(steps)[3:], "+ second net")
for name, change in zip(changes, gains, strict=True):
    print(f"{name:20} {change:+.1f} points")

# %% [markdown]
# Net D improves from 27.0 to 24.4 %, and with E to 23.7 %. Of these 3.3 points, 1.4 come from training at larger and varying scales (and for longer), 1.2 from testing one net in more ways, and 0.7 from the second net. Among the steps of this protocol, training with jitter is the largest (1.2 points against $S = 384$, 1.4 against $S = 256$). Differences between nets are larger: from A (29.6 %) to D the error falls by 2.6 points at $S = 256$.
#
# ## Who won in 2014?
#
# ILSVRC-2014 had several tasks. VGG won the *localisation* task (say what is in the image, and where). In *classification* it came second, behind GoogLeNet. All numbers are top-5 errors on the test images, from Table 7:

# %% tags=["claim-winner"]
for name, error_of in (paper_tables.SUBMITTED | paper_tables.FEWER_NETS).items():
    print(f"{name:18} {error_of} %")

# %% [markdown]
# VGG's results with one and two nets were measured after the competition. (GoogLeNet's paper, §7, compares its own nets on validation images.) *One* VGG (7.0 %) has a lower error than *one* GoogLeNet (7.9 %); with seven nets of each it is the other way round.
#
# ## What write-ups get wrong
#
# - *"Top-5 error is the share of images whose label is among the five"*: that is top-5 accuracy.
# - *"VGG won ILSVRC-2014"*: it won localisation, and came second in classification.
# - *"7.3 % against 16.4 % shows what depth brings"*: these are errors of seven nets and of five nets, two years apart.
# - *"The fully connected layers become 7×7 and 3×3 convolutions"*: 7×7, 1×1, 1×1, and only for testing. *"7×7 on 7×7×512 gives 1×1×512"*: it gives one channel for each filter, 1×1×4096.
# - *"Test scales and crops are drawn at random"*: they are fixed, and all of them are averaged. The three scales are not any three from 224 to 512; they follow the rule above.
# - *"Combining crops and dense evaluation is fusion"*: fusion averages several nets.
# - *"Averaging the class map is global average pooling"*: that averages features, before the fully connected layer, in training and testing.
# - *"More views are always better"*: views far from the scales of training do harm.

# %% tags=["tests"]
# The statements of this page, as assertions.
assert max(wrong["S = 8", 8] + wrong[jittered, 8]) < 20
assert min(wrong["S = 8", 12]) > 50 > 3 * max(wrong[jittered, 12])
assert min(only_cut) > 50  # at Q = 12
assert weights @ small_map.ravel() == y[0, 0, 0, 0] == 6
assert np.allclose(as_vector, as_map[0, :, 0, 0], atol=1e-4)
assert [class_map[:, 1, column].argmax() for column in (1, 4, 7)] == [2, 7, 5]
assert 0.5 < others.max() < 0.9
assert (others > 0.5).sum() == 6
for method in METHODS:
    assert np.mean(table["S = 8", method, 12]) > 10 * np.mean(table["S = 8", method, 8])
    means = {Q: np.mean(table["S = 8", method, Q]) for Q in (8, "all three")}
    assert means["all three"] >= means[8]
    assert table["S = 8", method, 8] == table["S = 8", "centre", 8]
    best = min(np.mean(table[jittered, method, Q]) for Q in QS)
    assert np.mean(table[jittered, method, "all three"]) <= best + 3
assert min(table["S = 8", "dense", 12]) > 200 > 160 > max(table["S = 8", "centre", 12])
crops_12, centre_12 = (table["S = 8", how, 12] for how in ("multi-crop", "centre"))
assert np.mean(crops_12) >= np.mean(centre_12)
assert steps["S = 256, one scale"] == [27.0, 27.3]
assert steps["S jittered, one scale"] == [25.6, 25.5]
assert steps["+ 50 crops"] == [24.4, 24.4]
assert (fused_error, single["A"]["256"][0]) == (23.7, 29.6)
assert gains == [-0.2, -1.2, -0.8, -0.4, -0.7]
assert min(gains) == gains[1]
assert np.allclose([sum(gains[:2]), sum(gains[2:4]), gains[4]], [-1.4, -1.2, -0.7])
fixed = [value for (_, S), value in gain.items() if S != JITTERED]
jittered_gains = [value for (_, S), value in gain.items() if S == JITTERED]
assert (min(fixed), max(fixed)) == (0.2, 0.5)
assert (min(jittered_gains), max(jittered_gains)) == (0.7, 1.0)
# claim-scales
assert protocols.paper_scales(256, side=224) == (224, 256, 288)
assert protocols.paper_scales(384, side=224) == (352, 384, 416)
assert protocols.paper_scales((256, 512), side=224) == (256, 384, 512)
assert d[:3] == [27.0, 26.8, 25.6]
# claim-top5
assert 0 < top5_error < top1_error
assert (round(top1_error * len(test)), len(result.classes)) == (result.wrong, 10)
# claim-submissions
assert (VGG, paper_tables.FEWER_NETS["VGG, 1 net"]) == (7.3, 7.0)
# claim-fully-convolutional
assert kernels == [(7, 7), (1, 1), (1, 1)]
assert sides == {Q: Q // 32 - 6 for Q in sides}
# claim-one-by-one
assert whole["classifier"]["0"].output_shape((512, 7, 7)) == (4096, 1, 1)
# claim-gap
assert abs(after - before).max() > 0.1
assert np.allclose(after.sum(axis=1), 1, atol=1e-5)
# claim-fixed-crops
assert len(corners) == 25
assert corners[-1].tolist() == [photograph.shape[1] - 224, photograph.shape[2] - 224]
ten = test.images[:10]
again = protocols.probabilities(nets[jittered][0], ten, "multi-crop", [10])
assert np.allclose(again, P[jittered, "multi-crop", 10][0][:10], atol=1e-6)
same = protocols.probabilities(nets[jittered][0], ten, "dense", [8])
assert np.allclose(same, P[jittered, "centre", 8][0][:10], atol=1e-5)
# claim-fusion
assert two_ways.shape == (2, 359, 10)
assert fused.shape == (1, 359, 10)
assert count_wrong(fused)[0] <= np.mean(count_wrong(two_ways))
# claim-winner
assert (
    min(paper_tables.SUBMITTED, key=paper_tables.SUBMITTED.get) == "GoogLeNet, 7 nets"
)
assert paper_tables.SUBMITTED["VGG, 7 nets"] < paper_tables.SUBMITTED["MSRA"]
assert paper_tables.FEWER_NETS["GoogLeNet, 1 net"] == 7.9

# %% [markdown]
# ## Exercises
#
# Replace the three dots with your answer and run the cell. `hint("9.1")` prints a hint: there are three for each exercise, and each call prints the next one.
#
# **9.1** What is the height (and width) of VGG's class map of an image of 448×448 pixels?

# %%
check(..., "9.1")

# %% [markdown]
# **9.2** How many crops of one image does the paper average, with three scales, 5×5 positions and mirroring?

# %%
check(..., "9.2")

# %% [markdown]
# **9.3** Write a function that returns the top-k error: the share of images whose label is not among the k most probable classes. `probabilities` has a row for each image, `labels` one class for each.


# %%
def my_top_k_error(probabilities, labels, k): ...


check(my_top_k_error, "9.3")

# %% [markdown]
# ## In five lines
#
# - Top-5 error: the label is not among the five most probable classes.
# - A fully connected layer is a convolution as large as its map; on larger images it gives a class map.
# - Test scales, mirrors and crops are fixed, and the probabilities are averaged.
# - Views near the scales of training can help, views far from them do harm. In the paper, training with jitter is the largest step.
# - Fusion averages several nets; crops and dense together are one net seen in two ways.
