"""Results of Simonyan & Zisserman 2014 (arXiv 1409.1556v6) and of He et al. 2015, for comparison.

Errors are in %, (top-1, top-5), on ILSVRC's validation images. Scales are the smaller side of the
training images in pixels.
"""

SCALES = ("256", "384", "[256;512]")

# Table 3: a single test scale Q, equal to S, or 384 where S was jittered
TABLE_3 = {
    "A": {"256": (29.6, 10.4)},
    "A-LRN": {"256": (29.7, 10.5)},
    "B": {"256": (28.7, 9.9)},
    "C": {"256": (28.1, 9.4), "384": (28.1, 9.3), "[256;512]": (27.3, 8.8)},
    "D": {"256": (27.0, 8.8), "384": (26.8, 8.7), "[256;512]": (25.6, 8.1)},
    "E": {"256": (27.3, 9.0), "384": (26.9, 8.7), "[256;512]": (25.5, 8.0)},
}

# Table 4: three test scales, averaged
TABLE_4 = {
    "B": {"256": (28.2, 9.6)},
    "C": {"256": (27.7, 9.2), "384": (27.8, 9.2), "[256;512]": (26.3, 8.2)},
    "D": {"256": (26.6, 8.6), "384": (26.5, 8.6), "[256;512]": (24.8, 7.5)},
    "E": {"256": (26.9, 8.7), "384": (26.7, 8.6), "[256;512]": (24.8, 7.5)},
}

# Table 5, and Table 6 for the two nets together: S jittered, three test scales
PROTOCOLS = ("dense", "multi-crop", "both")
TABLES_5_AND_6 = {
    "D": {"dense": (24.8, 7.5), "multi-crop": (24.6, 7.5), "both": (24.4, 7.2)},
    "E": {"dense": (24.8, 7.5), "multi-crop": (24.6, 7.4), "both": (24.4, 7.1)},
    "D + E": {"dense": (24.0, 7.1), "multi-crop": (23.9, 7.2), "both": (23.7, 6.8)},
}

# Table 7: top-5 error on ILSVRC-2014's test images, of the submissions and with fewer nets
SUBMITTED = {"GoogLeNet, 7 nets": 6.7, "VGG, 7 nets": 7.3, "MSRA": 8.1}
FEWER_NETS = {"VGG, 2 nets": 6.8, "VGG, 1 net": 7.0, "GoogLeNet, 1 net": 7.9}

# He et al. 2015 (arXiv 1512.03385), Table 2: top-1 error on ImageNet with ten crops, by depth:
# (plain, residual)
DEGRADATION = {18: (27.94, 27.88), 34: (28.54, 25.03)}
