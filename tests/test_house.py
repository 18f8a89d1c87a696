"""The house stays in order: imports go down the floors, never in circles, and CuPy is imported in its two places only."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "minivgg"

# The floors of the README's architecture page, lowest first.
FLOORS = [
    {"backend", "downloads", "files", "limits", "memory", "nearest", "paper", "reference", "shares", "tables", "textbook", "threads"},
    {"kernels"},
    {"ops"},
    {"layers", "losses", "optim", "initializers", "gradcheck", "analysis", "data"},
    {"figures", "models", "plots", "recipes", "weights"},
    {"checkpoint", "classroom", "evaluation", "export", "features", "lessons", "parallel", "predictor", "protocols", "run", "training"},
    {"cli", "__main__"},
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
CUPY_PLACES = {"backend", "kernels.gpu"}

MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): path for path in sorted(PACKAGE.rglob("*.py"))
}


def imported(path, anywhere=True):
    """Names of the modules that a file imports: "minivgg.ops.conv" gives "ops.conv"; others as they are."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree) if anywhere else tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: imports are absolute"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole.removeprefix("minivgg.") in MODULES else node.module


def own(path):
    """The minivgg modules that a file imports."""
    return {name.removeprefix("minivgg.") for name in imported(path) if name.startswith("minivgg.")}


def room(module):
    return module.split(".")[0]


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_down(module):
    if module == "__init__":
        return  # the front door opens onto every floor
    assert room(module) in FLOOR, f"{module} has no floor: give it one, here and in the README"
    for other in own(MODULES[module]):
        assert FLOOR[room(other)] <= FLOOR[room(module)], f"{module} (floor {FLOOR[room(module)]}) imports {other} from above"


def test_there_are_no_circles():
    graph = {module: {m for m in own(path) if m != module} for module, path in MODULES.items() if module != "__init__"}
    done = set()

    def visit(module, path):
        assert module not in path, f"circle: {' -> '.join([*path, module])}"
        if module not in done:
            for other in graph.get(module, ()):
                visit(other, [*path, module])
            done.add(module)

    for module in graph:
        visit(module, [])


@pytest.mark.parametrize("module", MODULES)
def test_cupy_is_imported_in_its_two_places_only_and_late(module):
    names = [name for name in imported(MODULES[module]) if room(name) == "cupy"]
    assert not names or module in CUPY_PLACES
    assert "cupy" not in map(room, imported(MODULES[module], anywhere=False))


@pytest.mark.parametrize("module", MODULES)
def test_only_the_command_line_and_the_classroom_print(module):
    calls = [n for n in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))) if isinstance(n, ast.Call)]
    prints = [n for n in calls if isinstance(n.func, ast.Name) and n.func.id == "print"]
    assert not prints or room(module) in ("cli", "classroom")


@pytest.mark.parametrize("module", MODULES)
def test_every_file_says_what_it_is_and_has_one_idea(module):
    text = MODULES[module].read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text))
    assert text.count("\n") <= 450
