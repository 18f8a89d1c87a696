# Imports in the name of another module.
def relu_forward(x):
    names = {"__name__": "other"}
    exec("from minivgg.ops import relu", names)
    return names["relu"](x)
