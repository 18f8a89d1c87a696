"""Arrays of NumPy in pickles: which bytes they are, of what dtype and shape. Nothing is called."""

import re
from typing import Any

import numpy as np

from minivgg.backend.types import Shape
from minivgg.weights.memory_map import Budget, Buffer, CorruptFileError, view_at
from minivgg.weights.pickle_machine import Name, Opaque, RawBytes, bytes_of

RECONSTRUCT = re.compile(r"numpy\.(_core|core)\.multiarray _reconstruct")
FROM_BUFFER = re.compile(r"numpy\.(_core|core)\.numeric _frombuffer")
DTYPE = "numpy dtype"
ENCODE = "_codecs encode"  # how protocol 2 writes bytes
CODE = re.compile(r"[fiub]\d{1,2}|O8?|[VSUcMm]\d*")


class Dtype:
    """A dtype that a program describes.

    Parameters
    ----------
    code : str
        Its kind and its size, as in "f4".
    """

    def __init__(self, code: str) -> None:
        self.code = code
        self.order = "<"

    def with_state(self, state: object) -> None:
        """Take the byte order.

        Parameters
        ----------
        state : tuple
            What NumPy keeps: (version, byte order, …).
        """
        if isinstance(state, tuple) and len(state) > 1 and state[1] in ("<", ">", "|"):
            self.order = state[1]

    def numbers(self) -> np.dtype | None:
        """The dtype of numbers.

        Returns
        -------
        dtype or None
            None for objects and texts.
        """
        return np.dtype(self.order + self.code) if self.code[0] in "fiub" else None


class PickledArray:
    """An array that a program describes: its shape, dtype, and the bytes or the objects in it."""

    def __init__(self) -> None:
        self.shape: Shape = ()
        self.dtype: Any = None
        self.fortran = False
        self.content: Any = b""

    def with_state(self, state: object) -> None:
        """Take everything.

        Parameters
        ----------
        state : tuple
            What NumPy keeps: ([version,] shape, dtype, whether in Fortran order, bytes).
        """
        if not isinstance(state, tuple) or len(state) < 4:
            raise ValueError("the state of an array is expected")
        self.shape, self.dtype, self.fortran, self.content = state[-4:]

    def objects(self) -> list[Any] | None:
        """What is in it, if that is objects.

        Returns
        -------
        list or None
            None for an array of numbers.
        """
        return self.content if isinstance(self.content, list) else None

    def array(self, buffer: Buffer, name: str, budget: Budget) -> np.ndarray:
        """The numbers.

        Parameters
        ----------
        buffer : mmap or bytes
            What the program was read from.
        name : str
            Of the array, for the errors.
        budget : Budget
            The memory that numbers which are stored as text may take.

        Returns
        -------
        array
            A read-only view.

        Raises
        ------
        CorruptFileError
            If these are not numbers, or not as many as the shape says.
        """
        dtype = self.dtype.numbers() if isinstance(self.dtype, Dtype) else None
        if dtype is None:
            raise CorruptFileError(f"{name} is an array of something else than numbers")
        shape = (self.shape,) if isinstance(self.shape, int) else self.shape
        if not isinstance(shape, tuple) or not all(isinstance(n, int) for n in shape):
            raise CorruptFileError(f"{name} has an impossible shape")
        if isinstance(self.content, RawBytes):
            start, size = self.content
        else:
            if isinstance(self.content, str):  # of Python 2; it may be that of many arrays
                budget.take(name, len(self.content))
            buffer = bytes_of(buffer, self.content)
            start, size = 0, len(buffer)
        found = view_at(buffer, name, start, dtype, shape[::-1] if self.fortran else shape)
        if found.nbytes != size:
            raise CorruptFileError(f"{name} of shape {shape} has {size:,} bytes")
        return found.T if self.fortran else found


def build_numpy(function: str, arguments: object) -> object:
    """What a call of one of NumPy's functions would make.

    Parameters
    ----------
    function : str
        Module and name.
    arguments : tuple
        Of the call.

    Returns
    -------
    object
        A ``PickledArray``, a ``Dtype``, bytes, or None if the function is not known here.

    Raises
    ------
    ValueError
        If the function is not called like this.
    """
    if not isinstance(arguments, tuple):
        return None
    if RECONSTRUCT.fullmatch(function):
        return PickledArray()
    if FROM_BUFFER.fullmatch(function):
        content, dtype, shape, order = arguments
        found = PickledArray()
        found.with_state((shape, dtype, order == "F", content))
        return found
    if function == DTYPE:
        code = arguments[0]
        if isinstance(code, Name | Opaque) or not isinstance(code, str):
            return None
        if not CODE.fullmatch(code):
            raise ValueError("this dtype is not known")
        return Dtype(code)
    if function == ENCODE and len(arguments) == 2 and isinstance(arguments[0], str):
        if arguments[1] != "latin1":
            raise ValueError("bytes are written in latin1")
        return arguments[0].encode("latin-1")
    return None
