"""What every command makes of its arguments: all options with values, and none but those needed."""

import argparse
import shlex

import pytest

from minivgg.cli import parser

MACHINE = "--device gpu:1 --threads 2 --max-pixels 9"
ON_MACHINE = {"device": "gpu:1", "threads": 2, "max_pixels": 9}
NO_MACHINE = dict.fromkeys(ON_MACHINE)
TRAINING = (
    "--data d --size 8 9 --channels 1 --run r --init i --pixels bgr --mean .1 .2 --std 1 2 "
    "--freeze fc7 --resume e --recipe p --net A --hidden 8 9 --dropout .5 --no-batch-norm "
    "--initializer gaussian --epochs 3 --early-stopping 4 --schedule plateau --warmup 5 "
    "--batch-size 6 --optimizer adam --lr .7 --momentum .8 --weight-decay .9 --clip-norm 1 "
    "--label-smoothing 2 --class-weights balanced --scale 3 4 --crop 5 --flip --color 6 "
    "--mean-only --validation .2 --test .3 --seed 7 --keep 8 --save-every 9 --micro-batch 10 "
    "--cuda-graph "
)
TRAINED = {
    "data": "d", "size": [8, 9], "channels": 1, "run": "r", "init": "i", "pixels": "bgr",
    "mean": [0.1, 0.2], "std": [1.0, 2.0], "freeze": "fc7", "resume": "e", "recipe": "p",
    "net": "A", "hidden": [8, 9], "dropout": 0.5, "batch_norm": False, "initializer": "normal",
    "epochs": 3, "early_stopping": 4, "schedule": "plateau", "warmup": 5, "batch_size": 6,
    "optimizer": "adam", "lr": 0.7, "momentum": 0.8, "weight_decay": 0.9, "clip_norm": 1.0,
    "label_smoothing": 2.0, "class_weights": "balanced", "scale": [3, 4], "crop": 5, "flip": True,
    "color": 6.0, "mean_only": True, "validation": 0.2, "test": 0.3, "seed": 7, "keep": 8,
    "save_every": 9.0, "micro_batch": 10, "cuda_graph": True,
}  # fmt: skip
UNTRAINED = dict.fromkeys(TRAINED) | {"keep": 2, "save_every": 10.0, "cuda_graph": False}

# of each command: the fewest arguments, what they are, all options, and what these are
COMMANDS = {
    "train": ("", UNTRAINED | NO_MACHINE, TRAINING + MACHINE, TRAINED | ON_MACHINE),
    "doctor": (
        "",
        UNTRAINED | NO_MACHINE
        | {"folder": None, "to": None, "all": False, "strict": False, "json": False},
        f"x --to t --all --strict --json {TRAINING} {MACHINE}",
        TRAINED | ON_MACHINE
        | {"folder": "x", "to": "t", "all": True, "strict": True, "json": True},
    ),
    "evaluate": (
        "",
        {"runs": [], "best": False, "data": None, "split": "test", "limit": None, "protocol": None,
         "scales": None, "fuse": False, "out": None, "json": False} | NO_MACHINE,
        "a b --best --data d --split train --limit 5 --protocol both --scales 1 paper --fuse "
        f"--out o --json {MACHINE}",
        {"runs": ["a", "b"], "best": True, "data": "d", "split": "train", "limit": 5,
         "protocol": "both", "scales": ["1", "paper"], "fuse": True, "out": "o", "json": True}
        | ON_MACHINE,
    ),
    "compare": (
        "a",
        {"runs": ["a"], "data": None, "split": "test", "limit": None, "plot": None, "out": None,
         "json": False} | NO_MACHINE,
        f"a b --data d --split train --limit 5 --plot p --out o --json {MACHINE}",
        {"runs": ["a", "b"], "data": "d", "split": "train", "limit": 5, "plot": "p", "out": "o",
         "json": True} | ON_MACHINE,
    ),
    "predict": (
        "a",
        {"images": ["a"], "best": False, "invert": False, "json": False} | NO_MACHINE
        | dict.fromkeys(("run", "model", "weights", "pixels", "mean", "std", "out", "plot", "grid",
                         "map", "map_class", "map_scale", "why", "why_class")),
        "a b --run r --best --model m --weights w --pixels rgb --mean 1 .5 --std 2 --invert --json "
        f"--out o --plot p --grid g --map m --map-class c --map-scale 8 --why w --why-class d "
        f"{MACHINE}",
        {"images": ["a", "b"], "run": "r", "best": True, "model": "m", "weights": "w",
         "pixels": "rgb", "mean": [1.0, 0.5], "std": [2.0], "invert": True, "json": True,
         "out": "o", "plot": "p", "grid": "g", "map": "m", "map_class": "c", "map_scale": 8,
         "why": "w", "why_class": "d"}
        | ON_MACHINE,
    ),
    "explore": (
        "",
        {"nets": [], "to": "explorer.html", "layers": None, "input": None, "language": "en"},
        "a b --to t.html --layers 3 --input 1 8 8 --language ko",
        {"nets": ["a", "b"], "to": "t.html", "layers": 3, "input": [1, 8, 8], "language": "ko"},
    ),
    "features": (
        "a",
        {"images": ["a"], "out": None, "similar": None, "neighbours": None, "run": None,
         "model": None, "weights": None, "layer": None, "scales": None, "grid": 1} | NO_MACHINE,
        "a b --out o --similar s --neighbours 3 --run r --model m --weights w --layer l "
        f"--scales 8 9 --grid 2 {MACHINE}",
        {"images": ["a", "b"], "out": "o", "similar": "s", "neighbours": 3, "run": "r",
         "model": "m", "weights": "w", "layer": "l", "scales": [8, 9], "grid": 2} | ON_MACHINE,
    ),
    "style": (
        "a b --to o",
        {"images": ["a", "b"], "to": "o", "texture": False, "invert": None, "size": 256,
         "steps": 200, "every": None, "optimizer": "adam", "content_layer": None,
         "style_layers": None, "style_weight": None, "smoothness": 1.0, "seed": None, "run": None,
         "model": None, "weights": None} | NO_MACHINE,
        "a --to o --texture --invert l --size 64 --steps 5 --every 2 --optimizer lbfgs "
        "--content-layer c --style-layers d e --style-weight 3 --smoothness .5 --seed 4 "
        f"--run r --model m --weights w {MACHINE}",
        {"images": ["a"], "to": "o", "texture": True, "invert": "l", "size": 64, "steps": 5,
         "every": 2, "optimizer": "lbfgs", "content_layer": "c", "style_layers": ["d", "e"],
         "style_weight": 3.0, "smoothness": 0.5, "seed": 4, "run": "r", "model": "m",
         "weights": "w"} | ON_MACHINE,
    ),
    "export": (
        "a",
        {"run": "a", "to": None, "out": None, "best": False},
        "a --to torch --out o --best",
        {"run": "a", "to": "torch", "out": "o", "best": True},
    ),
    "lessons": (
        "",
        {"lessons": [], "list": False, "to": None, "no_open": False, "jupyter": [], "html": None,
         "slides": None, "notebooks": False},
        "3 4 --list --to t --no-open --html h --slides s --notebooks --jupyter --port 9",
        {"lessons": ["3", "4"], "list": True, "to": "t", "no_open": True, "html": "h",
         "slides": "s", "notebooks": True, "jupyter": ["--port", "9"]},
    ),
    "assignment": ("", {}, "", {}),
    "assignment list": ("", {}, "", {}),
    "assignment release": (
        "a --to t",
        {"names": ["a"], "to": "t", "force": False, "nbgrader": False},
        "a b --to t --force --nbgrader",
        {"names": ["a", "b"], "to": "t", "force": True, "nbgrader": True},
    ),
    "assignment check": (
        "a",
        {"file": "a", "only": (), "time": 20.0},
        "a --only b c --time 3",
        {"file": "a", "only": ["b", "c"], "time": 3.0},
    ),
    "assignment hint": ("a", {"name": "a", "level": 1}, "a --level 3", {"name": "a", "level": 3}),
    "assignment hidden": (
        "--to t",
        {"names": [], "to": "t", "count": 5, "seed": None, "force": False},
        "a b --to t --count 6 --seed 7 --force",
        {"names": ["a", "b"], "to": "t", "count": 6, "seed": 7, "force": True},
    ),
    "assignment gradescope": (
        "a --to t",
        {"names": ["a"], "to": "t", "hidden": None, "scheme": None, "visibility": "after_published",
         "time": None, "force": False},
        "a b --to t --hidden h --scheme s --visibility hidden --time 3 --force",
        {"names": ["a", "b"], "to": "t", "hidden": "h", "scheme": "s", "visibility": "hidden",
         "time": 3.0, "force": True},
    ),
    "progress": ("", {"folder": "."}, "f", {"folder": "f"}),
    "grade": (
        "a --out o",
        {"submissions": "a", "out": "o", "assignment": None, "hidden": None, "scheme": None,
         "student": None, "again": False, "format": "html", "gradescope": False,
         "visibility": "after_published", "moodle_worksheet": None, "jobs": None,
         "isolation": "auto", "time": 20.0, "memory": 1024, "output": 1024},
        "a --out o --assignment b c --hidden h --scheme s --student d --again --format md "
        "--gradescope --visibility visible --moodle-worksheet w --jobs 2 --isolation audit "
        "--time 3 --memory 4 --output 5",
        {"submissions": "a", "out": "o", "assignment": ["b", "c"], "hidden": "h", "scheme": "s",
         "student": "d", "again": True, "format": "md", "gradescope": True, "visibility": "visible",
         "moodle_worksheet": "w", "jobs": 2, "isolation": "audit", "time": 3.0, "memory": 4,
         "output": 5},
    ),
    "summary": (
        "",
        {"net": "small-8x8", "input": None, "hidden": None, "classes": None, "batch_norm": False,
         "plot": None, "json": False},
        "n --input 3 4 5 --hidden 6 7 --classes 8 --batch-norm --plot p --json",
        {"net": "n", "input": [3, 4, 5], "hidden": [6, 7], "classes": 8, "batch_norm": True,
         "plot": "p", "json": True},
    ),
    "gradcheck": (
        "",
        {"layers": [], "seed": 0},
        "a b --seed 3",
        {"layers": ["a", "b"], "seed": 3},
    ),
}  # fmt: skip
SHORT = [
    ("train --size 5", "size", [5, 5]), ("train --freeze", "freeze", ""),
    ("train --hidden", "hidden", []), ("train --flip", "flip", True),
    ("train --no-flip", "flip", False), ("train --batch-norm", "batch_norm", True),
    ("lessons --html", "html", "minivgg-lessons/html"), ("summary --hidden", "hidden", []),
    ("lessons --slides", "slides", "minivgg-lessons/slides"),
    ("style a --to o --texture", "texture", True),
]  # fmt: skip
REQUIRED = [
    ("compare", "RUN"), ("predict", "IMAGE"), ("features --out o", "IMAGE"),
    ("style a b", "--to"), ("style --to o", "IMAGE"), ("export", "RUN"),
    ("assignment release a", "--to"), ("assignment release --to t", "NAME"),
    ("assignment check", "FILE"), ("assignment hint", "NAME"), ("assignment hidden", "--to"),
    ("assignment gradescope a", "--to"), ("assignment gradescope --to t", "NAME"),
    ("grade a", "--out"), ("grade --out o", "SUBMISSIONS"),
]  # fmt: skip
CHOICES = [
    "train --pixels gray", "train --initializer no", "train --schedule no", "train --optimizer no",
    "train --class-weights no", "train --channels 2", "evaluate --protocol no",
    "predict a --pixels no", "export a --to no", "explore --language no",
    "style a b --to o --optimizer no",
    "grade a --out o --format no",
    "grade a --out o --visibility no", "grade a --out o --isolation no",
    "assignment gradescope a --to t --visibility no",
]  # fmt: skip


@pytest.fixture(scope="module")
def whole():
    return parser()


def subparsers(p):
    actions = [a for a in p._actions if isinstance(a, argparse._SubParsersAction)]
    return actions[0].choices if actions else {}


def parsed(whole, words):
    found = vars(whole.parse_args(shlex.split(words)))
    return {name: value for name, value in found.items() if name not in ("command", "parser")}


def kinds(values):
    """The types too: 3 is equal to 3.0, and True to 1."""
    return {k: [type(v), *map(type, v if isinstance(v, list) else [])] for k, v in values.items()}


def test_every_command_is_in_the_table(whole):
    commands = subparsers(whole)
    actions = [f"{name} {action}" for name in commands for action in subparsers(commands[name])]
    assert sorted(COMMANDS) == sorted([*commands, *actions])


@pytest.mark.parametrize("name", COMMANDS)
def test_options_that_are_not_given_have_their_defaults(whole, name):
    fewest, expected, _, _ = COMMANDS[name]
    found = parsed(whole, f"{name} {fewest}")
    assert found == expected
    assert kinds(found) == kinds(expected)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_takes_its_values(whole, name):
    _, _, words, expected = COMMANDS[name]
    found = parsed(whole, f"{name} {words}")
    assert found == expected
    assert kinds(found) == kinds(expected)
    command = whole
    for part in name.split():
        command = subparsers(command)[part]
    names = [a.option_strings for a in command._actions if a.option_strings and a.dest != "help"]
    assert all(set(options) & set(words.split()) for options in names)


def test_the_help_of_the_program_says_what_it_is_and_how_to_begin(whole):
    assert whole.description == "The VGG paper from scratch, in NumPy and CuPy."
    assert whole.epilog.startswith(f"example: {whole.prog} train ")
    assert "COMMAND ..." in whole.format_usage()
    assert "ACTION ..." in subparsers(whole)["assignment"].format_usage()


@pytest.mark.parametrize(("words", "name", "value"), SHORT)
def test_options_with_fewer_values(whole, words, name, value):
    assert parsed(whole, words)[name] == value


@pytest.mark.parametrize(("words", "missing"), REQUIRED)
def test_arguments_that_are_needed(whole, words, missing, capsys):
    with pytest.raises(SystemExit):
        whole.parse_args(words.split())
    assert f"the following arguments are required: {missing}" in capsys.readouterr().err


@pytest.mark.parametrize("words", CHOICES)
def test_an_option_with_choices_takes_no_other(whole, words, capsys):
    with pytest.raises(SystemExit):
        whole.parse_args(words.split())
    assert "there is no " in capsys.readouterr().err


def test_a_size_has_one_or_two_sides(whole, capsys):
    with pytest.raises(SystemExit):
        whole.parse_args(["train", "--size", "1", "2", "3"])
    assert "--size is one number, or height and width, got 3 numbers" in capsys.readouterr().err
