"""What only a notebook shows: ``slider`` makes a figure change; elsewhere there is one picture."""

import inspect
import os
import sys
from collections.abc import Callable
from typing import Any

VARIABLE = "MINIVGG_SLIDERS"  # "0": no sliders, where nobody is there to move them
INSTEAD_OF_SLIDERS = "In a notebook, sliders change this picture."
LABEL_WIDTH = "initial"  # as wide as its text


def slider(draw: Callable[..., object], **ranges: tuple[float, ...]) -> None:
    """Show what a function returns, with a slider for each of its arguments.

    Parameters
    ----------
    draw : function
        Returns a figure, or anything that a notebook shows. Its default arguments are shown first;
        where there are no sliders (ipywidgets is missing, or the page is not a notebook), only
        they are shown.
    **ranges : (first, last) or (first, last, step)
        The values of each argument; a slider has steps of 1 by default.

    Raises
    ------
    TypeError
        If the function has no such argument, or one without a default.

    Examples
    --------
    >>> slider(lambda kernel=3: print(kernel * kernel, "weights"), kernel=(1, 7))
    9 weights
    """
    start = {name: _default(draw, name) for name in ranges}
    if not in_notebook():
        draw(**start)
        return
    from IPython.display import display

    def show(value: object) -> None:
        if value is not None:
            display(value)

    if os.environ.get(VARIABLE) == "0":
        print(INSTEAD_OF_SLIDERS)
        show(draw(**start))
        return
    try:
        import ipywidgets
    except ImportError:
        show(draw(**start))
        return

    controls = {
        name: _control(ipywidgets, name, start[name], *values) for name, values in ranges.items()
    }
    shown = ipywidgets.interactive_output(lambda **values: show(draw(**values)), controls)
    display(ipywidgets.VBox([*controls.values(), shown]))


def in_notebook() -> bool:
    """Whether this is a notebook's kernel, which can show pictures, not a terminal.

    Returns
    -------
    bool
        False as well in a program.
    """
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    return get_ipython() is not None and hasattr(get_ipython(), "kernel")


def _default(draw: Callable[..., object], name: str) -> Any:
    parameters = inspect.signature(draw).parameters
    if name not in parameters or parameters[name].default is inspect.Parameter.empty:
        raise TypeError(f"the function needs an argument {name} with a default, as in {name}=3")
    return parameters[name].default


def _control(
    ipywidgets: Any, name: str, start: float, first: float, last: float, step: float = 1
) -> Any:
    is_whole = all(float(value).is_integer() for value in (first, last, step))
    kind = ipywidgets.IntSlider if is_whole else ipywidgets.FloatSlider
    return kind(
        value=start,
        min=first,
        max=last,
        step=step,
        description=name.replace("_", " "),
        style={"description_width": LABEL_WIDTH},
        continuous_update=False,  # drawing takes longer than moving the slider
    )
