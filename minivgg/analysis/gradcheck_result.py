"""The report of a gradient check: an entry for each gradient, and advice on where to look."""

from dataclasses import dataclass, field

from minivgg.backend.types import Shape


@dataclass
class Entry:
    """The result for one gradient.

    Parameters
    ----------
    name : str
        Of the gradient, such as "dx" or "dweight".
    shape : tuple of int
        Of the input or parameter.
    compared, kinks : int
        How many elements were compared, and how many lie at a kink.
    error : float
        The relative error of the worst element.
    index : tuple of int
        Where the worst element is.
    analytic, numeric : float
        The worst element by backward, and by the central difference.
    problem : str
        What is wrong with the gradient as a whole, or why nothing could be compared; else empty.
    """

    name: str
    shape: Shape = ()
    compared: int = 0
    kinks: int = 0
    error: float = 0.0
    index: tuple[int, ...] = ()
    analytic: float = 0.0
    numeric: float = 0.0
    problem: str = ""


@dataclass
class GradcheckResult:
    """The result of a gradient check, which is true when every gradient is right.

    ``str()`` names the worst element of the worst gradient, and says what to look at.

    Parameters
    ----------
    subject : str
        The name of what was checked.
    tolerance : float
        The largest relative error allowed.
    entries : list of Entry
        One for each gradient, and one for each complaint about backward as a whole.
    """

    subject: str
    tolerance: float
    entries: list[Entry] = field(default_factory=list)

    @property
    def worst(self) -> Entry:
        """The entry with a problem, or else with the largest error."""
        return max(self.entries, key=lambda e: (bool(e.problem), e.error))

    @property
    def error(self) -> float:
        """The largest relative error of all elements compared."""
        return max(e.error for e in self.entries)

    @property
    def ok(self) -> bool:
        """Whether each gradient has the right shape and its elements are within the tolerance."""
        return all(not e.problem and e.error <= self.tolerance for e in self.entries)

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        lines = [f"{self.subject}: the gradients are {'right' if self.ok else 'NOT RIGHT'}"]
        width = max(len(e.name) for e in self.entries)
        for e in self.entries:
            verdict = "ok" if not e.problem and e.error <= self.tolerance else "wrong"
            kinks = f", {e.kinks} at a kink and not compared" if e.kinks else ""
            error = f"worst relative error {e.error:.1e} of {e.compared} elements{kinks}"
            lines.append(f"  {verdict:5}  {e.name:{width}}  {e.shape!s:16} {e.problem or error}")
        if not self.ok:
            lines.append(self._advice())
        return "\n".join(lines)

    __repr__ = __str__  # a notebook or a prompt shows what str() says

    def _advice(self) -> str:
        e = self.worst
        if e.problem:
            return f"Look at {e.name}: {e.problem}."
        element = f"{e.name}[{', '.join(map(str, e.index))}]"
        ratio = f" (ratio {e.analytic / e.numeric:.4g})" if e.numeric and e.analytic else ""
        return (
            f"Look at {element}: backward gives {e.analytic:.6g}, but the slope of the forward "
            f"pass is {e.numeric:.6g}{ratio}."
        )
