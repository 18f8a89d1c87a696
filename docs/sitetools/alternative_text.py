"""A Sphinx extension: a picture without alternative text is a warning, and so fails the build."""

from docutils import nodes
from sphinx.util import logging

logger = logging.getLogger(__name__)


def require_descriptions(app, doctree):
    """Warn of each picture without a description."""
    for image in doctree.findall(nodes.image):
        if not image.get("alt", "").strip():
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
