"""Write the reference part of docs/guides/command-line.md from the program's own parser.

Run in the root of a checkout, after a change of a command, an option or a help text::

    python docs/scripts/command_line.py
"""

import argparse
import itertools
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from minivgg.cli import parser  # noqa: E402

PAGE = ROOT / "docs" / "guides" / "command-line.md"
UNTITLED = ("positional arguments", "options")
MARKER = "<!-- below: written by python docs/scripts/command_line.py -->\n"


def page():
    """The page: the text above the marker as it is, and a section for each command."""
    text = PAGE.read_text(encoding="utf-8").partition(MARKER)[0]
    sections = "".join(section(name, p) for name, p in commands().items())
    # the help names the program as it was started, which is not from a script like this one
    return text + MARKER + sections.replace("python -m minivgg", "minivgg")


def commands():
    """{"assignment release": its parser} of all commands and their actions, in order."""
    found = {}
    for name, command in _subparsers(parser()).items():
        found[name] = command
        found |= {f"{name} {action}": p for action, p in _subparsers(command).items()}
    return found


def _subparsers(p):
    actions = [a for a in p._actions if isinstance(a, argparse._SubParsersAction)]
    return actions[0].choices if actions else {}


def section(name, p):
    """Heading, description, examples, and a table of arguments and options."""
    lines = [f"\n## {name}", "", p.description, "", "```bash", *examples(p), "```", ""]
    rows = [line for group in p._action_groups for line in group_rows(p, group)]
    if rows:
        lines += ["| argument | meaning |", "|---|---|", *rows, ""]
    return "\n".join(lines)


def examples(p):
    """The examples that end the help, without what may follow them."""
    lines = [line.strip() for line in p.epilog.splitlines()[1:]]
    return list(itertools.takewhile(bool, lines))


def group_rows(p, group):
    """The rows of a group of arguments, under its title if that says something."""
    hidden = argparse._HelpAction | argparse._SubParsersAction
    rows = [row(p, action) for action in group._group_actions if not isinstance(action, hidden)]
    return [f"| **{group.title}** | |", *rows] if rows and group.title not in UNTITLED else rows


def row(p, action):
    """One argument: as the help writes it, and what it means."""
    formatter = p._get_formatter()
    if action.option_strings:
        value = formatter._format_args(action, formatter._get_default_metavar_for_optional(action))
        name = f"{', '.join(action.option_strings)} {value}".strip()
    else:
        name = action.metavar
    return f"| `{name}` | {action.help % {**vars(action), 'prog': p.prog}} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
