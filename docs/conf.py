"""How Sphinx builds the site: `python -m sphinx -W -b html docs docs/_build/html`. Nothing is read from the network."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "extensions"))

import ziamath

import attrax

FONTS = Path(ziamath.__file__).parent / "fonts"  # STIX Two Math, for the equations

project = "attrax"
author = "The attrax developers"
copyright = author  # noqa: A001 - the name that Sphinx reads
version = release = attrax.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinxcontrib.bibtex",
    "house_docstrings",
    "mathml",
    "offline",
    "system_gallery",
]
exclude_patterns = ["_build", "**.ipynb_checkpoints", "extensions"]

# Markdown. Notebooks are kept with their outputs: `docs/tutorials/index.md` says how they are run.
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath", "amsmath"]
myst_heading_anchors = 3
nb_execution_mode = "off"
nb_merge_streams = True
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # would be loaded from the network

# Docstrings
default_role = "code"
autodoc_default_options = {"members": True}
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
autodoc_class_signature = "mixed"
autodoc_inherit_docstrings = False
python_use_unqualified_type_names = True
python_display_short_literal_types = True
maximum_signature_line_length = 88
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_attr_annotations = False
add_module_names = False
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

suppress_warnings = [
    "ref.python",  # names of axes in shapes, such as "model", look like references to attributes of that name
]

# References
bibtex_bibfiles = ["refs.bib"]
bibtex_reference_style = "author_year"
bibtex_default_style = "plain"

# Looks
html_theme = "pydata_sphinx_theme"
html_title = "attrax"
html_context = {"default_mode": "auto"}
html_static_path = ["_static", str(FONTS)]
html_css_files = ["attrax.css"]
html_math_renderer = "mathml"
html_show_sourcelink = False
# Pages without neighbours, and pages with wide tables and outputs, use the whole width.
html_sidebars = {page: [] for page in ("index", "start", "theory", "gallery", "about/compare", "tutorials/**")}
html_theme_options = {
    "show_prev_next": True,
    "navigation_with_keys": False,
    "header_links_before_dropdown": 7,
    "show_toc_level": 2,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": ["theme-version"],
}
