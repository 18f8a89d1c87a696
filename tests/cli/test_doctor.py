"""``minivgg doctor``: why does a net not learn?"""

import json

import pytest

from minivgg.cli import main

NET = ["--net", "8,M", "--hidden", "16"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "digits"
    assert main(["train", "--run", str(folder), *NET, "--epochs", "4"]) == 0
    return folder


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_healthy_run_has_no_findings_and_is_left_as_it_was(run, capsys):
    before = contents(run)
    assert main(["doctor", str(run), "--strict"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("nothing found that would keep this net from learning")
    after = contents(run)
    pictures = {run / "doctor" / name for name in ("layers.png", "learning_rate.png")}
    assert set(after) - set(before) == pictures
    assert {path: after[path] for path in before} == before


def test_options_of_train_are_examined_before_anything_is_trained(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["doctor", *NET, "--lr", "1e-7", "--strict"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].startswith("problem  learning rate")
    assert "too low" in lines[2]
    assert any("→ use a learning rate of about" in line for line in lines)
    assert list(tmp_path.iterdir()) == []


def test_a_run_can_be_examined_with_another_rate(run, tmp_path, capsys):
    to = tmp_path / "pictures"
    assert main(["doctor", str(run), "--lr", "50", "--json", "--to", str(to)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["findings"][0]["name"] == "learning rate"
    assert found["findings"][0]["value"] == 50
    assert found["range_test"]["current"] == 50
    assert found["pictures"] == [str(to / "layers.png"), str(to / "learning_rate.png")]
    assert [layer["name"] for layer in found["layers"] if layer["weight"]] == [
        "features.0", "classifier.0", "classifier.3",
    ]  # fmt: skip


def test_other_settings_of_a_run_cannot_be_changed(run, capsys):
    assert main(["doctor", str(run), "--net", "8,M"]) == 2
    assert "--net is a setting of the run" in capsys.readouterr().err


def test_the_plan_and_the_history_of_a_run_are_examined(run, tmp_path, capsys):
    assert main(["doctor", *NET, "--warmup", "20", "--clip-norm", "1e-5", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["findings"]
    troubles = {f["name"] for f in found if f["severity"] in ("problem", "warning")}
    assert troubles == {"warm-up", "gradient clipping"}
    assert main(["doctor", str(run), "--to", str(tmp_path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["findings"]
    assert "after 4 epochs" in next(f["sentence"] for f in found if f["name"] == "history")
