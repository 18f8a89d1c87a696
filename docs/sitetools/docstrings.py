"""A Sphinx extension: what is left out of the API reference."""


def skip_member(app, what, name, member, skip, options):
    """Leave out the fields of named tuples that say only which number they have."""
    doc = getattr(member, "__doc__", None) or ""
    return True if doc.startswith("Alias for field number") else None


def setup(app):
    """Ask at each member of a class."""
    app.connect("autodoc-skip-member", skip_member)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
