"""A Sphinx extension: a picture without alternative text is a warning, and so fails the build.

The lessons' outputs are exceptions, by name, until the lessons describe their figures.
"""

from docutils import nodes
from sphinx.util import logging

LESSONS_WITHOUT_DESCRIPTIONS = {
    f"course/{name}"
    for name in (
        "00_start_here",
        "01_convolution_by_hand",
        "02_backward_by_hand",
        "03_receptive_fields",
        "04_parameter_counts",
        "05_nonlinearity_dropout_loss",
        "06_learning",
        "07_the_family",
        "08_training",
        "09_testing_like_the_paper",
        "10_published_weights",
    )
}
GENERIC = "Figure drawn by the code above"
logger = logging.getLogger(__name__)


def require_descriptions(app, doctree):
    """Warn of each picture without a description; in the lessons, give it the generic one."""
    for image in doctree.findall(nodes.image):
        if image.get("alt", "").strip():
            continue
        if app.env.current_document.docname in LESSONS_WITHOUT_DESCRIPTIONS:
            image["alt"] = GENERIC
        else:
            logger.warning(
                "picture without alternative text: %s",
                image["uri"],
                location=image,
                type="alternative_text",
            )


def setup(app):
    """Look at every page as soon as it is read."""
    app.connect("doctree-read", require_descriptions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
