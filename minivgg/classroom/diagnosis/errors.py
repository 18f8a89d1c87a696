"""Hints for the exceptions that students meet most."""

import re

PADDED_EVERYWHERE = (
    "One array has more images and more channels than the other: np.pad(x, p) pads all four axes. "
    "Give np.pad a pair of numbers for each axis."
)

# two shapes with as many axes
SAME_RANK = "|".join(
    rf"\(\d+{axes}\) \(\d+{axes}\)" for axes in (r",\d+", r",\d+,\d+", r",\d+,\d+,\d+")
)

# (kind of exception, pattern of its sentence, hint); {0}, {1} are the groups of the pattern
HINTS: tuple[tuple[str, str, str], ...] = (
    (
        "TypeError|IndexError",
        r"'(?:numpy\.)?float\d*' object cannot be interpreted as an integer"
        r"|slice indices must be integers|only integers, slices"
        r"|'numpy.float64' object cannot be interpreted",
        "A float stands where an integer is needed. The operator / always gives a float, also for "
        "4 / 2: use // for sizes and indices.",
    ),
    (
        "ValueError",
        r"cannot reshape array of size (\d+) into shape \(?([\d, ()]*)\)?",
        "The array has {0} elements, and the new shape needs another number of them. Print the "
        "shape before this line, and multiply the sizes of the new shape.",
    ),
    (
        "ValueError",
        r"could not broadcast input array from shape (\((?:\d+,)*0[,)]\S*) into shape",
        "The value on the right is empty, with the shape {0}. A slice such as a[p:-p] is empty for "
        "p = 0.",
    ),
    (
        "ValueError",
        r"could not broadcast input array from shape (\([\d,]*\)) into shape (\([\d,]*\))",
        "The part of the array on the left has the shape {1}, and the value on the right {0}. "
        "Which of the two is not as expected?",
    ),
    (
        "ValueError",
        r"operands could not be broadcast together with shapes? .*?(\((?:\d+,)*0[,)]\S*)",
        "An array of the shape {0} is empty. A slice such as a[p:-p] is empty for p = 0, and a "
        "slice that begins behind the end of an array is empty as well.",
    ),
    (
        "ValueError",
        rf"operands could not be broadcast together with shapes? (?:{SAME_RANK})",
        "The two arrays have different sizes. Print both shapes before this line: which of them is "
        "not as expected?",
    ),
    (
        "ValueError",
        r"operands could not be broadcast together with shapes? (\([\d,]*\)) (\([\d,]*\))",
        "Broadcasting compares the shapes {0} and {1} from the right: two axes must be equal, or "
        "one of them 1. An index such as b[:, None, None] adds axes of length 1.",
    ),
    (
        "ValueError",
        r"matmul: Input operand|shapes (\([\d,]*\)) and (\([\d,]*\)) not aligned",
        "In a matrix product, the columns of the first matrix must be as many as the rows of the "
        "second. Print both shapes before this line.",
    ),
    (
        "ValueError",
        r"cannot assign (\d+) input values to the (\d+) output values where the mask is true",
        "The mask selects {1} elements, and the value on the right has {0}. Use np.where, or the "
        "same mask on both sides.",
    ),
    (
        "IndexError",
        r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)",
        "Index {0} does not exist: axis {1} has {2} entries, counted from 0. Print the index and "
        "the shape before this line.",
    ),
    (
        "IndexError",
        r"too many indices for array: array is (\d+)-dimensional, but (\d+) were indexed",
        "The array has {0} axes, and the line gives {1} indices. Print its shape before this line.",
    ),
    (
        "IndexError",
        r"list index out of range|tuple index out of range",
        "An index is larger than the last one, which is the length minus 1. Is the shape shorter "
        "than expected?",
    ),
    (
        "IndexError",
        r"boolean index did not match|shape mismatch: indexing arrays",
        "The index arrays do not have the same shape as the array. Print both shapes.",
    ),
    (
        "ValueError",
        r"setting an array element with a sequence|inhomogeneous shape",
        "One number is expected where an array of several numbers is given. Is a sum missing, or "
        "an index too few?",
    ),
    (
        "ValueError",
        r"not enough values to unpack \(expected (\d+), got (\d+)\)|too many values to unpack",
        "The names on the left are not as many as the values on the right. Print the value, or its "
        "shape.",
    ),
    (
        "ValueError",
        r"index can't contain negative values",
        "np.pad got a negative number of pixels. Print the padding before this line.",
    ),
    (
        "ValueError",
        r"negative dimensions are not allowed",
        "A computed size is negative. Check the formula for the size of the output: (H + 2·padding "
        "− kernel) // stride + 1.",
    ),
    (
        "ValueError",
        r"zero-size array to reduction operation|attempt to get argmax of an empty sequence",
        "A window is empty: its first index is not below its last index, or lies outside of the "
        "array.",
    ),
    (
        "ValueError",
        r"axes don't match array|repeated axis in transpose",
        "transpose needs each axis exactly once. Print the shape before this line.",
    ),
    (
        "ValueError",
        r"all input arrays must have the same shape",
        "np.stack needs arrays of one shape. Print the shapes.",
    ),
    (
        "ValueError",
        r"The truth value of an array",
        "An array of several numbers has no single truth value: if, max(a, b) and min(a, b) need "
        "one. np.maximum, np.where or a mask work element by element.",
    ),
    (
        "AxisError",
        r"axis (-?\d+) is out of bounds for array of dimension (\d+)",
        "The array has {1} axes, numbered from 0, so there is no axis {0}.",
    ),
    (
        "UFuncTypeError|UFuncOutputCastingError|_UFuncOutputCastingError",
        r"Cannot cast ufunc '?(\w+)'? output from",
        "The array on the left holds integers and cannot take floats. Create it with the type of "
        "the input, or as floats.",
    ),
    (
        "TypeError",
        r"takes (?:from \d+ to )?(\d+) positional arguments? but (\d+) (?:was|were) given",
        "The function has to take the arguments of the task, in this order: {signature}.",
    ),
    (
        "TypeError",
        r"missing \d+ required positional argument",
        "The function has to take the arguments of the task, in this order: {signature}.",
    ),
    (
        "TypeError",
        r"returns (one \w+|\d+ values) where (\d+) are expected",
        "The task asks for {returns}, in this order.",
    ),
    (
        "TypeError",
        r"'NoneType' object is not (?:subscriptable|iterable)|unsupported operand type.*NoneType",
        "A value is None: an argument that is None in this check, or the result of a function "
        "without a return statement.",
    ),
    (
        "NameError|UnboundLocalError",
        r"name '(\w+)' is not defined",
        "{0} has no value here. Is it misspelt, or defined outside of the function, in a cell that "
        "is not part of the file?",
    ),
    (
        "UnboundLocalError",
        r"cannot access local variable '(\w+)'",
        "{0} gets its value in a branch or loop that was not executed.",
    ),
    (
        "AttributeError",
        r"module 'numpy' has no attribute '(\w+)'",
        "NumPy has no {0} (any more). Since NumPy 1.24, np.float, np.int and np.bool are float, "
        "int and bool.",
    ),
    (
        "AttributeError",
        r"'(list|tuple|int|float)' object has no attribute '(\w+)'",
        "The value is a {0}, not an array. Use np.asarray, or another name for one of the two.",
    ),
    (
        "ZeroDivisionError",
        r"division by zero|modulo by zero",
        "A divisor is 0 in this check. Print the values of the line.",
    ),
    (
        "AssertionError",
        r"",
        "An assert in your function failed. If it refuses an input: the task allows this one.",
    ),
    (
        "RecursionError",
        r"maximum recursion depth",
        "The function calls itself without end. Does a helper have the same name as the task?",
    ),
    (
        "OverflowError",
        r"math range error",
        "The exponential of a large number overflows. Subtract the largest logit first.",
    ),
)


def error_hint(kind: str, sentence: str, signature: str = "", returns: str = "") -> str:
    """What usually causes an error, and what to do.

    Parameters
    ----------
    kind : str
        The name of the exception.
    sentence : str
        Its message.
    signature : str
        Of the task.
    returns : str
        The names of the outputs of the task.

    Returns
    -------
    hint : str
        "" for an error that is not known.

    Examples
    --------
    >>> error_hint("IndexError", "index 4 is out of bounds for axis 2 with size 4")[:38]
    'Index 4 does not exist: axis 2 has 4 e'
    """
    if _are_padded_everywhere(sentence):
        return PADDED_EVERYWHERE
    for kinds, pattern, hint in HINTS:
        found = re.search(pattern, sentence) if re.fullmatch(kinds, kind) else None
        if found:
            groups = [group or "" for group in found.groups()]
            return hint.format(*groups, signature=signature, returns=returns)
    return ""


def _are_padded_everywhere(sentence: str) -> bool:
    """Whether one of two shapes has more images and as many more channels than the other."""
    shapes = [text.strip("()").split(",") for text in re.findall(r"\(\d+(?:,\d+){3}\)", sentence)]
    if len(shapes) < 2:
        return False
    (n, c, *rest), (m, d, *others) = ([int(side) for side in shape] for shape in shapes[:2])
    return rest == others and n - m == c - d != 0 and (n - m) % 2 == 0
