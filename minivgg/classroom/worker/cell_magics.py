"""The cells of a notebook as Python: the commands of IPython are taken out, by IPython's rules.

A command stands at the beginning of a *logical* line: ``%matplotlib inline``, ``!pip list``,
``np.pad?``. So a line within brackets that begins with % is Python. These are the rules of
IPython's ``TransformerManager``, without IPython, which need not be installed for grading.
"""

import re
import textwrap

PYTHON_MAGICS = ("", "capture", "debug", "memit", "prun", "time")  # %%name, then Python
# Python, too, but it is not defined in the notebook then: %%timeit, and %%writefile convolution.py
ELSEWHERE = re.compile(r"timeit\b.*|(write)?file\s.*\.py\W*")
DOES_NOTHING = "pass"
NO_VALUE = "get_ipython()"  # stands for the value of a command; it does nothing in grading

CELL_MAGIC = re.compile(r"\s*%%(?!\w+\?)([^\n]*)")
PROMPT = re.compile(r"(>>>|\.\.\.)( |$)|In \[\d+\]: |[ \t]*\.{3,}: ?")
COMMAND = re.compile(r"[ \t]*(?=[%!](?!=)|[?,;]|/[^/=\s])")
COMMAND_LINE = re.compile(r"(?:[^\n]*\\\n)*[^\n]*")  # with the lines that a backslash adds
ASSIGNED_COMMAND = re.compile(r"(?:[ \t]|\\\n)*(?=%[ \t]*[^\W\d]|!)")
HELP = re.compile(r"%{0,2}(?!\d)[\w*]+(\.(?!\d)[\w*]+|\[-?[0-9]+\])*\?\??$")
TOKEN = re.compile(
    r"""
    (?P<skip>[ \t\f]+|\\\n|\#[^\n]*)
    |(?P<string>"{3}(?:\\.|[^\\])*?(?:"{3}|\Z)|'{3}(?:\\.|[^\\])*?(?:'{3}|\Z)
        |"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    |(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<newline>\n)
    |[-+*/%@&|^<>=!:]+=|(?P<assign>=)|\w+|.
    """,
    re.VERBOSE | re.DOTALL,
)


def magic_line(cell: str) -> str:
    """What stands behind ``%%`` at the beginning of a cell.

    Parameters
    ----------
    cell : str
        What was typed.

    Returns
    -------
    line : str
        "timeit -n 3" for ``%%timeit -n 3``, "" if there is no such command.
    """
    found = CELL_MAGIC.match(cell)
    return found[1].strip() if found else ""


def is_python(cell: str) -> bool:
    """Whether a cell is Python, and not, for example, a Bash script after ``%%bash``.

    Parameters
    ----------
    cell : str
        What was typed.

    Returns
    -------
    is_python : bool
        Also True for a cell whose Python is not run in the notebook.
    """
    line = magic_line(cell)
    return line.partition(" ")[0] in PYTHON_MAGICS or ELSEWHERE.fullmatch(line) is not None


def to_python(cell: str) -> str:
    """A cell as Python, without commands.

    Parameters
    ----------
    cell : str
        What was typed. After ``%%name`` it must be Python.

    Returns
    -------
    python : str
        With the same numbers of lines. It need not be valid.
    """
    text = _without_prompts(re.sub(r"\r\n?", "\n", cell))
    if found := CELL_MAGIC.match(text):
        return to_python("\n" * found[0].count("\n") + text[found.end() :])
    text += "\n" * (not text.endswith("\n"))
    parts, start = [], 0
    while start < len(text):
        end, python = _logical_line(text, start)
        parts.append(python)
        start = end
    return "".join(parts)


def _without_prompts(text: str) -> str:
    """A cell without common indentation, and without the prompts of a copied session."""
    text = textwrap.dedent(text)
    lines = text.split("\n")
    first = next((line for line in lines if line), "")
    if not PROMPT.match(first):
        return text
    return "\n".join(
        line[found.end() :] if (found := PROMPT.match(line)) else line for line in lines
    )


def _logical_line(text: str, start: int) -> tuple[int, str]:
    """The end of a logical line, and its Python."""
    if command := COMMAND.match(text, start):
        return _replace_command(text, start, command.end(), DOES_NOTHING)
    depth, seen_assign, last = 0, False, ""
    for token in TOKEN.finditer(text, start):
        kind, end = token.lastgroup, token.end()
        if kind == "newline" and depth == 0:
            line = text[start:end]
            if last == "?" and HELP.search(line):
                indent = line[: len(line) - len(line.lstrip())]
                return end, indent + DOES_NOTHING + "\n" * line.count("\n")
            return end, line
        if kind == "assign" and depth == 0 and not seen_assign:
            seen_assign = True
            if value := ASSIGNED_COMMAND.match(text, end):
                return _replace_command(text, start, value.end(), NO_VALUE)
        depth = max(0, depth + (kind == "open") - (kind == "close"))
        if kind not in ("skip", "newline"):
            last = token[0]
        elif token[0].startswith("#"):
            last = "#"
    return len(text), text[start:]


def _replace_command(text: str, start: int, command: int, python: str) -> tuple[int, str]:
    """The end of the line of a command, and the line with something else for the command."""
    found = COMMAND_LINE.match(text, command)
    assert found is not None, "it matches any text"
    return found.end() + 1, text[start:command] + python + "\n" * (found[0].count("\n") + 1)
