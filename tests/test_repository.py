"""Files that GitHub, editors and contributors read: they are consistent with the project.

The schemas of workflows, issue forms and the citation are checked by .ci/run, with the tools that
know them.
"""

import re
import runpy
import tomllib
from pathlib import Path

import pytest
import yaml

import minivgg

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
WORKFLOWS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / ".github" / "workflows").glob("*.yml"))
}
JOBS = [(name, job) for name, workflow in WORKFLOWS.items() for job in workflow["jobs"]]
problem = runpy.run_path(str(ROOT / ".ci" / "check_tag.py"))["problem"]


def steps(workflow, job):
    return WORKFLOWS[workflow]["jobs"][job]["steps"]


def commands(workflow, job):
    return "\n".join(step["run"] for step in steps(workflow, job) if "run" in step)


def needed(workflow, job):
    """The jobs that must succeed before this one begins."""
    direct = WORKFLOWS[workflow]["jobs"][job].get("needs", [])
    direct = [direct] if isinstance(direct, str) else direct
    return {*direct, *(other for name in direct for other in needed(workflow, name))}


@pytest.mark.parametrize(("workflow", "job"), JOBS)
def test_what_a_job_runs_and_needs_exists(workflow, job):
    assert needed(workflow, job) <= set(WORKFLOWS[workflow]["jobs"])
    files = re.findall(r"(?<![\w/])(?:python )?((?:\.ci|docs)/[\w./]+)", commands(workflow, job))
    assert [file for file in files if not (ROOT / file).is_file()] == []
    extras = re.findall(r"\.\[([\w,-]+)\]", commands(workflow, job))
    assert set(",".join(extras).split(",")) - {""} <= set(PROJECT["optional-dependencies"])


@pytest.mark.parametrize(("workflow", "job"), JOBS)
def test_actions_have_a_version_and_jobs_few_rights(workflow, job):
    assert WORKFLOWS[workflow]["permissions"] == {"contents": "read"}
    assert WORKFLOWS[workflow]["jobs"][job]["timeout-minutes"] <= 90
    for step in steps(workflow, job):
        assert re.fullmatch(r"[\w-]+/[\w-]+@v\d[\d.]*", step.get("uses", "a/b@v1"))
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False
    granted = WORKFLOWS[workflow]["jobs"][job].get("permissions", {})
    assert not granted or (workflow == "publish" and job != "build")


def test_the_workflow_runs_everything_and_tries_the_systems_that_pyproject_allows():
    assert commands("ci", "everything").splitlines()[-1] == ".ci/run"
    matrix = WORKFLOWS["ci"]["jobs"]["quick"]["strategy"]["matrix"]
    assert {system.split("-")[0] for system in matrix["system"]} == {"macos", "windows"}
    assert f">={matrix['python'][0]}" == PROJECT["requires-python"]


def test_nothing_is_published_before_the_tag_is_checked():
    first = next(step["run"] for step in steps("publish", "build") if "run" in step)
    assert first == 'python .ci/check_tag.py "$GITHUB_REF_NAME"'
    others = set(WORKFLOWS["publish"]["jobs"]) - {"build"}
    assert len(others) == 2
    assert all("build" in needed("publish", job) for job in others)


@pytest.fixture
def release(tmp_path):
    """A checkout that may be published as v1.2.0: a function that writes it, with changes."""

    def write(owner="somebody", version="1.2.0", section="1.2.0"):
        address = f"https://github.com/{owner}/minivgg"
        (tmp_path / "pyproject.toml").write_text(f'[project.urls]\nRepository = "{address}"\n')
        (tmp_path / "minivgg").mkdir()
        (tmp_path / "minivgg" / "__init__.py").write_text(f'__version__ = "{version}"\n')
        (tmp_path / "CHANGELOG.md").write_text(f"## [{section}]\n")
        return tmp_path

    return write


def test_a_tag_of_the_version_is_published(release):
    assert problem("v1.2.0", release()) == ""


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"owner": "OWNER"}, "still a placeholder: replace OWNER"),
        ({"version": "1.3.0"}, "the tag is v1.2.0, but the package has the version 1.3.0"),
        ({"section": "Unreleased"}, r"CHANGELOG.md has no section \[1.2.0\]"),
    ],
)
def test_what_is_not_ready_is_not_published(changes, message, release):
    assert re.search(message, problem("v1.2.0", release(**changes)))


def test_this_checkout_is_published_only_with_an_address():
    placeholder = "/OWNER/" in PROJECT["urls"]["Repository"]
    found = problem(f"v{minivgg.__version__}")
    assert ("placeholder" in found) == placeholder


def test_the_hooks_use_the_ruff_of_the_environment():
    """So its version stands once, in pyproject.toml, and nothing is downloaded."""
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    (repository,) = config["repos"]
    assert repository["repo"] == "local"
    for hook in repository["hooks"]:
        assert hook["language"] == "system"
        assert hook["entry"].startswith("python -m ruff ")
    versions = [
        need for need in PROJECT["optional-dependencies"]["test"] if need.startswith("ruff")
    ]
    assert [re.fullmatch(r"ruff>=0\.(\d+),<0\.(\d+)", version) is not None for version in versions]


def test_the_citation_is_of_this_package_and_the_paper():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["license"] == PROJECT["license"]
    assert [author["name"] for author in citation["authors"]] == [
        author["name"] for author in PROJECT["authors"]
    ]
    assert citation["references"][0]["url"] == "https://arxiv.org/abs/1409.1556"


@pytest.mark.parametrize(
    "check",
    ["not slow", "ruff check", "ruff format --check", "lint-imports", "mypy", "test_docstrings"],
)
def test_a_pull_request_is_asked_for_every_check(check):
    template = ROOT / ".github" / "PULL_REQUEST_TEMPLATE.md"
    assert check in template.read_text(encoding="utf-8")


def test_the_guide_for_contributors_is_short_and_names_what_exists():
    assert len(CONTRIBUTING.splitlines()) <= 120
    names = re.findall(
        r"(?<![\w./-])(?:minivgg|tests|docs|lessons|\.ci|benchmarks)/[\w./-]+", CONTRIBUTING
    )
    assert len(names) > 20
    names = [name.split("/TASK")[0].rstrip(".") for name in names]
    assert [name for name in names if not (ROOT / name).exists()] == []
    assert [
        name for name in re.findall(r"`([A-Z]+\.md)`", CONTRIBUTING) if not (ROOT / name).is_file()
    ] == []


def test_the_address_of_the_repository_stands_in_pyproject_alone():
    files = [path for path in (ROOT / ".github").rglob("*") if path.is_file()]
    files += [ROOT / name for name in ("CITATION.cff", "CONTRIBUTING.md", "SECURITY.md")]
    assert len(files) > 8
    for path in files:
        assert not re.search(r"github\.com/\w+/minivgg", path.read_text(encoding="utf-8")), path
