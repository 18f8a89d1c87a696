"""Whether a tag may be published: ``python .ci/check_tag.py v0.2.0``."""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLACEHOLDER = "OWNER"


def problem(tag, root=ROOT):
    """Why this tag may not be published, one sentence, or ""."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    code = (root / "minivgg" / "__init__.py").read_text(encoding="utf-8")
    version = re.search(r'^__version__ = "(.+)"$', code, re.MULTILINE)[1]
    addresses = project.get("urls", {}).values()
    if not addresses or any(PLACEHOLDER in address.split("/") for address in addresses):
        return (
            "the address of the repository is still a placeholder: replace OWNER in [project.urls] "
            "of pyproject.toml"
        )
    if tag != f"v{version}":
        return f"the tag is {tag}, but the package has the version {version}: tag v{version}"
    if f"## [{version}]" not in (root / "CHANGELOG.md").read_text(encoding="utf-8"):
        return f"CHANGELOG.md has no section [{version}]: rename [Unreleased]"
    return ""


if __name__ == "__main__":
    if found := problem(*sys.argv[1:]):
        sys.exit(f"not published: {found}")
