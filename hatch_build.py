"""What building the wheel adds: the lessons, and the assignments without their solutions.

They are at the top level of the repository, and go into minivgg/classroom/course. Of the solutions
the wheel has digests only, with which ``grade`` recognises copies. The README of the
metadata gets links that work on the page of a package index, once the repository has an address.
"""

import json
import re
import runpy
from pathlib import Path
from tempfile import TemporaryDirectory

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

COURSE = "minivgg/classroom/course"
INSTALLATION = "minivgg/utils/installation.py"
STUDENT_FILES = "minivgg/classroom/student_files.py"
FUNCTION_FORMS = "minivgg/classroom/grading/function_forms.py"


class CourseHook(BuildHookInterface):
    """Adds the course to the wheel. An editable installation uses ``lessons/`` itself."""

    def initialize(self, version, build_data):
        """Make the released assignments in a temporary folder, and list what is to be included."""
        if version == "editable":
            return
        root = Path(self.root)
        installation = runpy.run_path(str(root / INSTALLATION))
        student_files = runpy.run_path(str(root / STUDENT_FILES))
        lessons = root / "lessons"
        for path in [*student_files["lesson_files"](lessons), lessons / "README.md"]:
            target = f"{COURSE}/{path.relative_to(lessons).as_posix()}"
            build_data["force_include"][str(path)] = target
        address = self.metadata.core.urls["Repository"]
        lines = installation["lines_for_notebooks"](address, self.metadata.version)
        self.made = TemporaryDirectory(prefix="minivgg-course-")
        sources = sorted(lessons.glob("assignments/*.py"))
        made = {"solved.json": digests_of_solutions(root, sources)}
        for source in sources:
            made |= student_files["assignment_files"](source, lines)
        for name, text in made.items():
            path = Path(self.made.name) / name
            path.write_text(text, encoding="utf-8", newline="\n")
            build_data["force_include"][str(path)] = f"{COURSE}/assignments/{name}"

    def finalize(self, version, build_data, artifact_path):
        """Remove the temporary folder."""
        if version != "editable":
            self.made.cleanup()


def digests_of_solutions(root, sources):
    """{assignment: {function: digest of its form}} as JSON, see ``published_functions``."""
    long_functions = runpy.run_path(str(root / FUNCTION_FORMS))["long_functions"]
    digests = {path.stem: long_functions(path.read_text(encoding="utf-8")) for path in sources}
    return json.dumps(digests, indent=1) + "\n"


class ReadmeHook(MetadataHookInterface):
    """Makes the relative links and pictures of the README absolute."""

    def update(self, metadata):
        """Set the README of the metadata."""
        root, address = Path(self.root), metadata["urls"]["Repository"]
        text = (root / "README.md").read_text(encoding="utf-8")
        if not runpy.run_path(str(root / INSTALLATION))["is_placeholder"](address):
            text = with_absolute_links(text, address, f"v{metadata['version']}")
        metadata["readme"] = {"content-type": "text/markdown", "text": text}


def with_absolute_links(text, address, tag):
    """Markdown whose links to files, and pictures of files, lead to the repository at this tag."""
    is_relative = r"(?!\w+:|#)"
    text = re.sub(rf"(!\[[^]]*\]\(){is_relative}", rf"\1{address}/raw/{tag}/", text)
    return re.sub(rf"(\]\(){is_relative}", rf"\1{address}/blob/{tag}/", text)
