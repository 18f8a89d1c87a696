"""The guide "From minivgg to PyTorch": where PyTorch is installed, its pairs of blocks agree."""

import ast
import re

import numpy as np
import pytest
from support import pages
from support.compare import error

from minivgg import backend, layers, models, weights

PAGE = "docs/guides/pytorch.md"
ROUNDING = 1e-5  # of float32, over a net of four layers


def test_every_block_is_python_and_names_of_this_package_exist():
    code = pages.blocks(PAGE)
    assert len(code) == 19
    modules = {"backend": backend, "layers": layers, "models": models}
    for block in code:
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                module = modules.get(node.value.id)
                assert module is None or hasattr(module, node.attr), ast.unparse(node)


def test_the_blocks_without_pytorch_run_without_it(tmp_path, monkeypatch):
    """All blocks of minivgg but the one that reads the file of PyTorch's."""
    monkeypatch.chdir(tmp_path)
    names = pages.run(PAGE, only=lambda code: "torch" not in code and '"model.pth"' not in code)
    assert len(names["trainer"].history) == 2
    assert names["trainer"].history[1]["loss"] < names["trainer"].history[0]["loss"]
    stored = weights.read("net.safetensors")
    assert set(stored) == set(names["net"].state_dict())
    assert "preprocessing" in stored.metadata


@pytest.fixture(scope="module")
def torch():
    """PyTorch; a step of .ci/run installs it and runs this file again."""
    return pytest.importorskip("torch", reason="torch is not installed")


@pytest.fixture(scope="module")
def page(torch, tmp_path_factory):
    """What the page leaves behind when it is run up to the checkpoints, and the folder."""
    folder = tmp_path_factory.mktemp("page")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return pages.run(PAGE, only=until("Trainer(")) | {"folder": folder}


def until(words):
    """A condition that is true for the blocks before the one with these words."""
    code = pages.blocks(PAGE)
    stop = next(i for i, block in enumerate(code) if words in block)
    return lambda block: code.index(block) < stop


def test_the_losses_and_gradients_of_a_step_agree(page):
    assert float(page["value"]) == pytest.approx(page["torch_value"].item(), rel=ROUNDING)
    theirs = dict(page["model"].named_parameters())
    assert list(page["net"].parameters()) == list(theirs)
    for name, p in page["net"].parameters().items():
        assert error(p.grad, theirs[name].grad.numpy()) < ROUNDING, name
        assert error(p.data, theirs[name].detach().numpy()) < ROUNDING, name


def test_both_evaluations_agree(page):
    assert page["result"].accuracy == pytest.approx(page["torch_accuracy"], abs=1e-6)
    assert page["result"].loss == pytest.approx(page["torch_loss"], rel=ROUNDING)


def test_both_loaders_give_the_same_images(page, torch):
    ours = page["normalize"](page["digits"].images)
    assert error(ours, page["dataset"].tensors[0].numpy()) < ROUNDING
    batch, _ = next(iter(page["torch_loader"]))
    assert batch.shape == page["images"].shape
    assert batch.dtype == torch.float32


@pytest.mark.filterwarnings("ignore:Detected call of")  # without steps of the optimizer
def test_schedules_take_the_same_rates(page):
    """The plateau schedule until its third drop, after which PyTorch's goes on."""
    accuracies = [0.5, 0.6, *[0.6] * 3, 0.7, *[0.7] * 4, *[0.6] * 3]
    for kind, epochs in (("step", 65), ("cosine", 60), ("plateau", len(accuracies))):
        ours, theirs = page["schedules"][kind], page["torch_schedules"][kind]
        ours.optimizer.lr = theirs.optimizer.param_groups[0]["lr"] = 0.02
        rates = []
        for epoch in range(epochs):
            argument = (accuracies[epoch],) if kind == "plateau" else ()
            ours.step(*argument)
            theirs.step(*argument)
            rates.append((ours.optimizer.lr, theirs.get_last_lr()[0]))
        assert len({rate for rate, _ in rates}) > 2
        assert all(a == pytest.approx(b, rel=1e-9, abs=1e-12) for a, b in rates), kind


def test_weights_go_there_and_back(page, torch, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code = pages.blocks(PAGE)
    for block in code[next(i for i, b in enumerate(code) if "Trainer(" in b) :]:
        exec(compile(block, PAGE, "exec"), page)
    state = page["net"].state_dict()
    for name, array in page["other"].state_dict().items():
        assert (array == state[name]).all(), name
    images = page["images"]
    theirs = page["model"].eval()(torch.from_numpy(images)).detach().numpy()
    assert error(page["other"].eval()(images), theirs) < ROUNDING
    assert page["trainer"].history[-1]["epoch"] == 2


def test_the_papers_transforms_make_crops_of_photographs(page, rng):
    """torchvision's need torchvision, which the tests do not install."""
    photos = page["data"].ArrayDataset(
        rng.integers(0, 256, (2, 3, 40, 60), np.uint8), [0, 1], ["a", "b"]
    )
    images = page["data"].Compose(page["paper_transforms"](photos))(photos.images, rng)
    assert images.shape == (2, 3, 224, 224)
    assert images.dtype == np.float32


def test_adam_of_the_other_guide_takes_pytorchs_steps(torch, tmp_path, monkeypatch, rng):
    monkeypatch.chdir(tmp_path)
    code = "docs/guides/your-own-parts.md"
    first, *rest = pages.blocks(code)
    names = pages.run(code, only=lambda block: block == first or "class Adam" in block)
    assert rest
    w = rng.standard_normal(5)
    p, t = layers.Parameter(w.copy()), torch.tensor(w, requires_grad=True)
    ours, theirs = names["Adam"]([p], lr=0.1), torch.optim.Adam([t], lr=0.1)
    for _ in range(5):
        g = rng.standard_normal(5)
        p.grad, t.grad = g, torch.tensor(g)
        ours.step()
        theirs.step()
    assert error(p.data, t.detach().numpy()) < 1e-9


def test_the_run_folder_is_not_one_that_another_page_fills():
    """Trainer refuses a folder with the checkpoints of another run."""

    def folders(page):
        text = (pages.ROOT / page).read_text(encoding="utf-8")
        return set(re.findall(r"(?:folder=\"|--out )(runs/[\w-]+)", text))

    own = folders(PAGE)
    assert own
    assert own.isdisjoint(folders("README.md") | folders("docs/guides/command-line.md"))
    assert "runs/digits" not in own  # where `minivgg train` writes
