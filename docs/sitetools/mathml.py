"""A Sphinx extension: formulas become MathML, which browsers show without a script."""

from docutils.nodes import SkipNode

from minivgg.classroom.lessons import mathml


def visit_inline(translator, node):
    """Write a formula in a line of text."""
    translator.body.append(mathml(node.astext(), display="inline"))
    raise SkipNode


def visit_block(translator, node):
    """Write a formula on a line of its own; wide ones scroll."""
    formula = mathml(node.astext(), display="block")
    translator.body.append(f'<div class="math-block">{formula}</div>\n')
    raise SkipNode


def setup(app):
    """Register the renderer under the name ``mathml``."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
