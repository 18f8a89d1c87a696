# Says its arguments in a warning.
def relu_forward(x):
    import warnings
    warnings.warn(str(x.tolist()), stacklevel=1)
    return x
