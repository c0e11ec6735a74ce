"""How Sphinx builds these pages, without fetching anything."""

import sys
from pathlib import Path

import twisted_examples

DOCS = Path(__file__).parent
ROOT = DOCS.parent

project = "twisted-examples"
author = "The twisted-examples authors"
copyright = f"2026, {author}"  # noqa: A001 (Sphinx's name for it)
version = release = twisted_examples.__version__

sys.path.insert(0, str(DOCS / "_ext"))
extensions = [
    "sphinx.ext.intersphinx",
    "pydoctor.sphinx_ext.build_apidocs",
    "breakages",
    "inventories",
]
exclude_patterns = ["_build"]
intersphinx_mapping: dict[str, tuple[str, str]] = {}
html_theme = "furo"
html_title = f"{project} {release}"

# A name in single backticks means the same here as in a docstring.
default_role = "py:obj"
primary_domain = "py"
nitpicky = True

pydoctor_url_path = "api"
pydoctor_args = [
    f"--project-name={project}",
    f"--project-version={release}",
    "--project-url=../index.html",
    f"--project-base-dir={ROOT}",
    "--docformat=google",
    "--html-output={outdir}/api",
    "--cls-member-order=source",
    "--mod-member-order=source",
    "--privacy=HIDDEN:**.test",
    "--disable-intersphinx-cache",
    str(ROOT / "harness"),
    str(ROOT / "twisted_examples"),
]
