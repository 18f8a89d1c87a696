"""What is known about the published weights."""

import pytest

from minivgg.models.pretrained import registry


@pytest.mark.parametrize("name", registry.IMAGENET)
def test_five_guesses_are_right_more_often_than_one(name):
    published = registry.IMAGENET[name]
    assert 50 < published.top1 < published.top5 < 100
