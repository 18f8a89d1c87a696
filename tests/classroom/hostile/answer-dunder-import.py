# Imports with the globals of another module.
def relu_forward(x):
    return __import__("minivgg.ops", {"__name__": "x"}, None, ["relu"]).relu(x)
