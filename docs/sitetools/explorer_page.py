"""The explorer on the site: one page, which the pages of some lessons show at their end."""

import re

import nbformat

from minivgg.explorer import page
from minivgg.explorer.sources import DEFAULT, content_of

FILE = "explorer.html"
ADDRESSES = {  # of lessons: what the explorer shows there first
    "00_start_here": "mode=see&net=cifar10",
    "01_convolution_by_hand": "mode=see&net=digits&unit=conv1_1:0:3:4",
    "03_receptive_fields": "mode=see&net=cifar10&unit=pool3:0:1:2",
    "04_parameter_counts": "mode=build&preset=D",
    "08_training": "mode=see&net=digits&unit=fc3:0:0:0",
}
ADDRESS_IN_TEXT = re.compile(rf"`({re.escape(FILE)}#task=\w+)`")  # of a task, in a lesson
SHOWN = """## In the explorer

[The explorer](../guides/explorer.md) computes the maps of a net in the browser: point at a number
to see where it comes from.

```{{raw}} html
<iframe class="explorer" title="The explorer" loading="lazy" src="../{file}#{address}"></iframe>
<p><a href="../{file}#{address}">Open it in a page of its own</a></p>
```
"""


def write(site):
    """Write the page into the site; returns its size in bytes."""
    path = site / FILE
    path.write_text(page(content_of(DEFAULT).nets), encoding="utf-8")
    return path.stat().st_size


def cells(name):
    """The cell that shows the explorer at the end of a lesson; none for most lessons."""
    if name not in ADDRESSES:
        return []
    return [nbformat.v4.new_markdown_cell(SHOWN.format(file=FILE, address=ADDRESSES[name]))]


def linked(text):
    """Markdown of a lesson, in which the addresses of tasks are links to the explorer's page."""
    return ADDRESS_IN_TEXT.sub(r'<a href="../\1"><code>\1</code></a>', text)
