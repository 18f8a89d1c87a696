"""Sphinx's settings for the site. ``python docs/build.py`` builds it; nothing here needs a network.

Links to the documentation of Python and NumPy would need their inventories from the network, so
types are shown without links.
"""

import sys
from pathlib import Path

DOCS = Path(__file__).parent
sys.path[:0] = [str(DOCS.parent), str(DOCS)]

import minivgg  # noqa: E402

project = "minivgg"
author = "the minivgg authors"
project_copyright = "the minivgg authors, MIT licence"
version = release = minivgg.__version__
language = "en"
smartquotes = False  # quotation marks in docstrings are code

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.viewcode",
    "sphinx_codeautolink",
    "sphinx_copybutton",
    "sphinx_design",
    "sitetools.alternative_text",
    "sitetools.docstrings",
    "sitetools.mathml",
    "sitetools.repository_links",
    "sitetools.source_links",
]
exclude_patterns = ["sitetools", "**/.ipynb_checkpoints"]

# text
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 4
html_math_renderer = "mathml"

# lessons: executed by build.py, which reuses the run of the tests
nb_execution_mode = "off"
nb_ipywidgets_js = {}  # the default loads scripts from a foreign host
codeautolink_concat_default = True  # the cells of a lesson are one program
nb_merge_streams = True
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Hide the code"
copybutton_exclude = ".linenos, .gp, .go"

# API
autodoc_typehints = "none"  # the docstrings describe types, and signatures stay short
autodoc_member_order = "bysource"
autosummary_generate = False
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
add_module_names = False
toc_object_entries_show_parents = "hide"
nitpicky = True

# HTML
html_theme = "furo"
html_title = "minivgg"
pygments_dark_style = "github-dark"  # the default underlines names that are no links
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = [("offline_search.js", {"priority": 600})]
html_copy_source = False
html_show_sphinx = False
