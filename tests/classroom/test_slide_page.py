"""The page of a slide deck."""

import re

from minivgg.classroom.slide_page import page


def test_the_first_slide_has_the_title_and_each_its_number():
    found = page('A < B & "C"', [("One", "<p>a</p>", "title"), ("Two", "b", "figure")])
    assert '<title>A &lt; B &amp; "C"</title>' in found
    sections = re.findall(r"<section.*?</section>", found, re.DOTALL)
    assert sections == [
        '<section class="slide title" id="slide-1">\n<h1>One</h1>\n<p>a</p>\n'
        '<div class="number">1 / 2</div>\n</section>',
        '<section class="slide figure" id="slide-2">\n<h2>Two</h2>\nb\n'
        '<div class="number">2 / 2</div>\n</section>',
    ]
    assert found.count("<script>") == found.count("<style>") == 1
    assert found.startswith("<!DOCTYPE html>")
    assert found.endswith("</script>\n</body>\n</html>\n")
