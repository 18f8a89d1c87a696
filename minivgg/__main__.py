"""``python -m minivgg``."""

from minivgg.cli import run_program

run_program()
