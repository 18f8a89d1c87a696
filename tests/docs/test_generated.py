"""The parts of docs/ that scripts write are what the scripts write now, and leave nothing out."""

import re
import runpy

import pytest
from support import documents

COMMAND_LINE = documents.DOCS / "guides" / "command-line.md"
REFERENCE = runpy.run_path(str(documents.DOCS / "scripts" / "command_line.py"))
DIAGRAM = runpy.run_path(str(documents.DOCS / "scripts" / "architecture_diagram.py"))


def test_the_reference_of_the_command_line_is_current():
    assert COMMAND_LINE.read_text(encoding="utf-8") == REFERENCE["page"](), (
        "python docs/scripts/command_line.py writes it anew"
    )


@pytest.mark.parametrize("name", REFERENCE["commands"]())
def test_every_command_has_a_section_with_an_example_and_its_options(name):
    text = COMMAND_LINE.read_text(encoding="utf-8")
    section = re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)[1]
    assert f"minivgg {name}" in section
    for action in REFERENCE["commands"]()[name]._actions:
        if action.option_strings and "--help" not in action.option_strings:
            assert action.option_strings[-1] in section


def test_the_diagram_of_the_architecture_is_current():
    drawn = (documents.DOCS / "figures" / "architecture.svg").read_text(encoding="utf-8")
    assert drawn == DIAGRAM["svg"](), "python docs/scripts/architecture_diagram.py draws it anew"


def test_the_diagram_and_both_tables_of_folders_name_every_package():
    packages = {name for row in DIAGRAM["layers"]() for name in row}
    assert packages == set(DIAGRAM["CONTENTS"])
    architecture = (documents.DOCS / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.*?`) \|", architecture, re.MULTILINE)
    assert packages == {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    tree = documents.README.read_text(encoding="utf-8").partition("## Where things are")[2]
    lines = re.findall(r"^minivgg/(\w+(?:, \w+)*) ", tree, re.MULTILINE)
    assert packages == {name for line in lines for name in line.split(", ")}
