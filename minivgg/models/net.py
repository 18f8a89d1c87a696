"""What a net of this package is: layers by name, the images that it was made for, and what their pixels must be turned into."""

from minivgg.layers import Sequential


class Net(Sequential):
    """features, and where there are any flatten and classifier, or a pooling of the map.

    input_shape: (C, H, W) of the images that it was made for. preprocessing: the ``data.Normalize`` that its weights expect images to
    have gone through; None until weights are trained or loaded.
    """

    def __init__(self, layers, input_shape):
        super().__init__(layers)
        self.input_shape, self.preprocessing = tuple(input_shape), None
