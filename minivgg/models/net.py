"""The class of all nets of this package: named layers, input shape, and preprocessing."""

from minivgg.layers import Sequential


class Net(Sequential):
    """A net of "features", followed where there are any by "flatten", "pool" and "classifier".

    input_shape: (C, H, W) of the images that the net was made for. preprocessing: the
    ``data.Normalize`` that its weights expect; None until weights are trained or loaded.
    """

    def __init__(self, layers, input_shape):
        super().__init__(layers)
        self.input_shape, self.preprocessing = tuple(input_shape), None
