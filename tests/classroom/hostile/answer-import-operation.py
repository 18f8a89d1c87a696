# Imports the package's own operation when it is called.
def relu_forward(x):
    import importlib
    ops = importlib.import_module("minivgg.ops")
    return ops.relu(x)
