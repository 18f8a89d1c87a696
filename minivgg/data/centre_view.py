"""What a net sees of a picture: the centre, after the picture was rescaled."""

from dataclasses import dataclass

import numpy as np

from minivgg.data.rescaling import middle, rescale, rescaled_sides
from minivgg.data.upright_picture import UprightPicture


@dataclass(frozen=True)
class CentreView:
    """A picture is rescaled until its smaller side has a given length, and its centre is cropped.

    Of a large picture only the crop is made. One more than 20 times as long as it is wide, of which
    the crop shows a small part and which could be rescaled to any length, is cut at both ends
    first.

    Parameters
    ----------
    smaller_side : int
        In pixels.
    size : (int, int)
        (height, width) of the crop, at most ``smaller_side``.
    """

    smaller_side: int
    size: tuple[int, int]

    def of_picture(self, picture: UprightPicture) -> np.ndarray:
        """What is seen of a picture of Pillow's.

        Parameters
        ----------
        picture : UprightPicture
            It is cut at the ends if it is very long.

        Returns
        -------
        array of shape (C, height, width)
            In uint8.
        """
        picture.cut(middle(*picture.size))
        width, height = rescaled_sides(*picture.size, self.smaller_side)
        return picture.resized((width, height), crop=self._crop(width, height))

    def of_array(self, image: np.ndarray) -> np.ndarray:
        """What is seen of an array.

        Parameters
        ----------
        image : array of shape (C, H, W)
            In uint8.

        Returns
        -------
        array of shape (C, height, width)
            In uint8.
        """
        image = rescale(without_ends(image), self.smaller_side)
        left, top, right, bottom = self._crop(image.shape[2], image.shape[1])
        return image[:, top:bottom, left:right]

    def _crop(self, width: int, height: int) -> tuple[int, int, int, int]:
        """(left, top, right, bottom); where the centre lies between two pixels, the even one."""
        left, top = round((width - self.size[1]) / 2), round((height - self.size[0]) / 2)
        return left, top, left + self.size[1], top + self.size[0]


def without_ends(image: np.ndarray) -> np.ndarray:
    """The middle of an image that is more than 20 times as long as it is wide.

    Parameters
    ----------
    image : array of shape (C, H, W)
        Other images are returned as they are.

    Returns
    -------
    array of shape (C, H', W')
        A view.
    """
    left, top, right, bottom = middle(image.shape[2], image.shape[1])
    return image[:, top:bottom, left:right]
