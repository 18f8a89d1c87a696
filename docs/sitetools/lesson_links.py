"""A Sphinx extension: links to the lessons lead to their pages in the course.

On a code host the guides link to the notebooks and the pages in ``lessons/``, which are not part of
the site; the course shows them.
"""

PAGES = (  # what a guide links to, and the page of the site; the longer one first
    ("../../lessons/assignments/README.md", "../course/assignments.md"),
    ("../../lessons/README.md#what-popular-write-ups-get-wrong", "../course/claims.md"),
    ("../../lessons/README.md", "../course/index.md"),
    ("../../lessons/", "../course/"),
)


def lead_to_the_course(app, docname, source):
    """Replace the targets in the text of a guide, of which ``source`` is a list of one."""
    if docname.startswith("guides/"):
        for there, here in PAGES:
            source[0] = source[0].replace(f"]({there}", f"]({here}")


def setup(app):
    """Called by Sphinx."""
    app.connect("source-read", lead_to_the_course)
    return {"parallel_read_safe": True}
