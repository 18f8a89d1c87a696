"""Results of another version of this program, or of what it runs on, are not taken."""

from types import SimpleNamespace

from minivgg.classroom.grading import journal


def test_the_digest_is_of_all_programs_that_affect_results(tmp_path, monkeypatch):
    names = ("a.py", "worker/deep/b.py", *(f"{part}/c.py" for part in journal.AFFECTING_RESULTS))
    others = ("reports/d.py", "handins/deep/e.py", "bank/data.json")
    for name in (*names, *others):
        path = tmp_path / "classroom" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    package = SimpleNamespace(__file__=str(tmp_path / "__init__.py"), __version__="1")
    monkeypatch.setattr(journal, "minivgg", package)
    digests = [journal._program_digest.__wrapped__()]
    assert len(digests[0]) == 64
    for name in others:
        (tmp_path / "classroom" / name).write_text("changed")
    assert journal._program_digest.__wrapped__() == digests[0]

    def is_new():
        digests.append(journal._program_digest.__wrapped__())
        return len(set(digests)) == len(digests)

    for name in names:
        (tmp_path / "classroom" / name).write_text("changed")
        assert is_new(), name
    (tmp_path / "classroom" / "a.py").rename(tmp_path / "classroom" / "z.py")
    assert is_new()
    package.__version__ = "2"
    assert is_new()
    monkeypatch.setattr(journal.platform, "python_version", lambda: "4.0.0")
    assert is_new()
    monkeypatch.setattr(journal, "np", SimpleNamespace(__version__="3.0"))
    assert is_new()
