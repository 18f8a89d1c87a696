"""``solution``: the worked answer to an exercise of a lesson, with the reasoning."""

from minivgg.classroom.exercises import find_exercise
from minivgg.classroom.interactive import in_notebook


def solution(name: str) -> None:
    """Show how the answer to an exercise is found. Try it first, and read the hints.

    Parameters
    ----------
    name : str
        Of the exercise, such as "3.1".

    Raises
    ------
    ValueError
        For an unknown name.
    """
    text = find_exercise(name).worked or f"There is no worked answer to {name}."
    if in_notebook():
        from IPython.display import Markdown, display

        display(Markdown(text))
    else:
        print(text)
