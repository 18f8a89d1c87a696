"""The result of a check, as Python shows it."""

import pytest

from minivgg.classroom.verdict import Verdict


@pytest.mark.parametrize(
    ("passed", "score", "shown"),
    [
        (True, 1.0, "<Verdict: passed>"),
        (False, 0.0, "<Verdict: score 0.00>"),
        (False, 2 / 3, "<Verdict: score 0.67>"),
    ],
)
def test_a_verdict_is_short_and_true_if_it_passed(passed, score, shown):
    verdict = Verdict(passed, score, (), "a message")
    assert (repr(verdict), bool(verdict)) == (shown, passed)


def test_a_notebook_shows_nothing_more(capsys):
    assert Verdict(True, 1.0, (), "a message")._ipython_display_() is None
    assert capsys.readouterr().out == ""


def test_verdicts_do_not_change():
    with pytest.raises(AttributeError):
        Verdict(True, 1.0, (), "a message").score = 0.0
