# Imports the module in which the operation is.
def relu_forward(x):
    from minivgg.ops import elementwise
    return elementwise.relu(x)
