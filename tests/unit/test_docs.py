"""What the documentation says is there, runs, and is up to date."""

from __future__ import annotations

import os
import pickle
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from sim import EngagementModel, Scenario, run, sweep
from sim.engine.tick import PLAN
from sim.plugins.registry import FAMILIES, table
from sim.reports import reference
from sim.scenario.renamed import REMOVED, RENAMED

ROOT = Path(reference.__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
SMALL = ["--set", "run.tick_minutes=240", "--set", "readers.n=600", "--set", "creators.n=40", "--days", "2", "--quiet"]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    return [body for found, body in BLOCK.findall(text(name)) if found == language]


def files_in(name: str) -> dict[str, str]:
    """Code blocks that say in their first line which file they are."""
    found = {}
    for body in (*blocks(name, "python"), *blocks(name, "yaml")):
        first = re.match(r"# ([\w./-]+\.(?:py|yaml))\n", body)
        if first:
            found[first[1]] = body
    return found


def anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, as forges make them."""
    body = BLOCK.sub("", page.read_text(encoding="utf-8"))
    heads = re.findall(r"^#+ (.+)$", body, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


# -- links and words --------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(BLOCK.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"https?://", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page.name}: {target}"
        if anchor:
            assert anchor in anchors(file), f"{page.name}: {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_named_in_backticks_exist(page: Path) -> None:
    mine = {"", *files_in("docs/plugins.md"), *files_in("docs/howto.md")}
    for name in re.findall(r"`((?:sim|tests|scenarios|docs)/[\w./-]+)`", page.read_text(encoding="utf-8")):
        assert (ROOT / name).exists() or name in mine, f"{page.name}: {name}"


# -- the reference tables ---------------------------------------------------------------------------------


def test_the_tables_are_up_to_date() -> None:
    assert text("docs/parameters.md") == reference.reference(), f"write them anew: {reference.COMMAND}"


def test_the_tables_hold_everything() -> None:
    page = text("docs/parameters.md")
    for family in FAMILIES:
        for name in table(family):
            assert f"\n#### {name}\n" in page
    for section in Scenario.model_fields:
        assert f"\n### {section}\n" in page or f"| `{section}` |" in page
    assert "`exposure_quality`" in page and "`LABEL_precision`" in page and "nan" not in page


def test_the_tables_are_checked_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "deep" / "parameters.md"
    assert reference.main([str(page), "--check"]) == 1
    assert "out of date" in capsys.readouterr().out
    assert reference.main([str(page)]) == 0
    assert reference.main([str(page), "--check"]) == 0


def test_the_model_page_names_every_phase_and_measure_it_must() -> None:
    page = text("docs/model.md")
    for phase in PLAN:
        assert f"**{phase.name}**" in page, phase.name
    for row in (*range(1, 14), 17, 18, 19):
        assert f"| S{row} |" in page
    for source in range(1, 23):
        assert f"| C{source} |" in page


def test_parameters_named_in_the_pages_exist() -> None:
    sections = "|".join(name for name, f in Scenario.model_fields.items() if hasattr(f.annotation, "model_fields"))
    known = text("docs/parameters.md")
    for page in PAGES:
        # parts of the state are not parameters, though one part is called as a section is
        prose = re.sub("<!-- state-table -->.*?<!-- /state-table -->", "", page.read_text(encoding="utf-8"), flags=re.S)
        for path in re.findall(rf"`((?:{sections})\.(?!parquet)\w+)`", prose):
            # the changelog says what old names are called now, and what takes the place of others
            assert f"| `{path}` |" in known or path in RENAMED or path in REMOVED, f"{page.name}: {path}"


def test_readme_has_one_word_for_each_meaning():
    """`fake` is a word of charts, and stands where the README says so; the other words are those of the glossary."""
    page, glossary = text("README.md"), text("docs/architecture.md").partition("## Glossary")[2]
    (defined,) = [part for part in page.split("\n\n") if "*arranged*" in part]
    for word in ("organic", "arranged", "bought", "manipulate"):
        assert f"*{word}" in defined and re.search(rf"^\| [^|]*\b{word}\b", glossary, re.MULTILINE)
    assert "fake" not in page.replace(defined, "").lower()
    assert "honest ones" not in page  # likes are organic, people and creators are honest


# -- README -----------------------------------------------------------------------------------------------


def commands(name: str) -> list[list[str]]:
    """Every `gresham ...` in a page, block or backticks, as words."""
    said = re.findall(r"`(gresham [^`\n]+)`", text(name))
    said += [line for body in blocks(name, "bash") for line in body.splitlines() if line.startswith("gresham ")]
    return [shlex.split(line.split(">")[0], comments=True) for line in said]


@pytest.mark.parametrize("page", ["README.md", "docs/howto.md", "docs/plugins.md"])
def test_commands_are_known_to_the_command_line(page: str) -> None:
    from typer.main import get_command

    from sim.cli import app

    root: Any = get_command(app)
    said = commands(page)
    assert said or page == "docs/plugins.md"
    for words in said:
        command = root.commands[words[1]]
        for option in (word for word in words[2:] if word.startswith("-")):
            if words[1] != "bench":
                known = {o for p in command.params for o in (*p.opts, *p.secondary_opts)}
                assert option in known, f"{page}: {' '.join(words)}"
        for file in (word for word in words[2:] if word.startswith("scenarios/") and word.endswith(".yaml")):
            assert (ROOT / file).is_file(), f"{page}: {file}"


def test_overrides_in_the_pages_are_valid() -> None:
    from sim.cli.app import overrides

    for page in ("README.md", "docs/howto.md"):
        for words in commands(page):
            sets = [words[i + 1] for i, word in enumerate(words) if word == "--set"]
            if sets:
                file = next(word for word in words if word.startswith("scenarios/"))
                Scenario.load(ROOT / file, set=overrides(sets))


SMALLER = {
    "run": [*SMALL, "--threads", "1"],
    "compare": [*SMALL, "--seeds", "2", "--workers", "0"],
    "twin": [*SMALL, "--seeds", "2", "--workers", "0"],
    "validate": [*SMALL, "--seeds", "1", "--workers", "0"],
    "sweep": ["--dry-run"],
    "bench": ["--help"],
}


def test_the_commands_of_the_readme_run_as_they_stand(executor: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All but small: later options take the place of earlier ones. RUN and DIR are a run that one of them made."""
    from typer.testing import CliRunner

    from sim.cli import app

    monkeypatch.chdir(executor)
    for words in dict.fromkeys(map(tuple, commands("README.md"))):
        made = next((str(path) for path in executor.glob("results/baseline-7-*")), "")
        given = [{"RUN": made, "DIR": made}.get(word, word) for word in words[1:]]
        if len(given) == 1 and given[0] in ("run", "compare", "twin", "sweep", "reproduce", "resume"):
            continue  # a mention of the command, not a call
        done = CliRunner().invoke(app, [*given, *SMALLER.get(given[0], [])])
        assert done.exit_code == 0, f"{' '.join(words)}: {done.output}"


def test_the_two_commands_are_one_line_each_and_stand_alone() -> None:
    lines = [line for body in blocks("README.md", "bash") for line in body.splitlines() if ".venv" in line]
    assert len(lines) == 2
    for line in lines:
        subprocess.run(["bash", "-n", "-c", line], check=True)
        assert line.startswith("python3 -m venv .venv && ")
        assert "-c constraints.txt" in line
    assert lines[0].endswith("gresham run scenarios/baseline.yaml")
    assert "pytest" in lines[1]


def test_ci_runs_the_test_command_of_the_readme() -> None:
    script = text(".ci/run")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], check=True)
    marked = re.search(r"<!-- test-command -->\n```bash\n(.*)\n```\n<!-- /test-command -->", text("README.md"))
    assert marked and "pytest" in marked[1]
    assert "test-command" in script and "pytest -n" not in script
    assert script.rstrip().endswith('echo "$summary"')  # pytest's own count is the last line


def test_ci_and_hooks_run_every_linter() -> None:
    script, hooks = text(".ci/run"), text(".pre-commit-config.yaml")
    for tool in ("ruff format", "ruff check", "mypy", "lint-imports"):
        assert f".venv/bin/{tool}" in script and f"entry: {tool}" in hooks, tool


def test_the_workflow_runs_the_ci_script_on_every_supported_python() -> None:
    from ruamel.yaml import YAML

    job = YAML(typ="safe").load(text(".github/workflows/ci.yml"))["jobs"]["test"]
    stated = tomllib.loads(text("pyproject.toml"))["project"]["classifiers"]
    supported = [found[1] for each in stated if (found := re.search(r":: (3\.\d+)$", each))]
    assert job["strategy"]["matrix"]["python-version"] == supported
    assert [step["run"] for step in job["steps"] if "run" in step] == ["./.ci/run"]


def test_every_shipped_scenario_stands_in_the_readme() -> None:
    for file in sorted((ROOT / "scenarios").glob("*.yaml")):
        assert f"`{file.stem}`" in text("README.md") or f"[{file.stem}]" in text("README.md")


# -- packaging --------------------------------------------------------------------------------------------


def test_constraints_name_every_dependency_and_no_address() -> None:
    project = tomllib.loads(text("pyproject.toml"))
    wanted = list(project["project"]["dependencies"])
    for extra in ("test", "dev"):
        wanted += project["project"]["optional-dependencies"][extra]
    lines = [line for line in text("constraints.txt").splitlines() if line and not line.startswith("#")]
    for line in lines:
        assert re.fullmatch(r"[\w.-]+==[\w.]+(; python_version [<>]=? \"3\.\d+\")?", line), line
    pinned = {re.sub(r"[-_.]+", "-", line.split("==")[0].lower()) for line in lines}
    for each in wanted:
        name = re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", each)[0].lower())  # type: ignore[index]
        assert name in pinned or name == "gresham", each


def test_versions_agree() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    assert f"\nversion: {project['version']}\n" in text("CITATION.cff")
    assert f"\n## {project['version']}" in text("CHANGELOG.md")


def test_hooks_fetch_nothing() -> None:
    from ruamel.yaml import YAML

    for repo in YAML(typ="safe").load(text(".pre-commit-config.yaml"))["repos"]:
        assert repo["repo"] == "local"
        assert all(hook["language"] == "system" for hook in repo["hooks"])


# -- examples ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def executor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the scenarios that ship and every file that the pages spell out."""
    folder = tmp_path_factory.mktemp("executor")
    shutil.copytree(ROOT / "scenarios", folder / "scenarios", ignore=shutil.ignore_patterns("evidence"))
    for page in ("docs/plugins.md", "docs/howto.md"):
        for name, body in files_in(page).items():
            (folder / "scenarios" / Path(name).name).write_text(body, encoding="utf-8")
    return folder


def test_there_is_an_example_of_every_family() -> None:
    known = "\n".join(files_in("docs/plugins.md").values())
    assert all(f"def {family.method}(self" in known for family in FAMILIES.values())


SPELT_OUT = {name: body for page in ("docs/plugins.md", "docs/howto.md") for name, body in files_in(page).items()}
STUDIES = sorted(name for name, body in SPELT_OUT.items() if name.endswith(".yaml") and "\ndesign:" in body)
EXAMPLES = sorted(name for name in SPELT_OUT if name.endswith(".yaml") and name not in STUDIES)
TINY = {"readers.n": 600, "creators.n": 40, "run.days": 3}


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_run(executor: Path, name: str) -> None:
    scenario = Scenario.load(executor / "scenarios" / Path(name).name)
    lived = {key: value for key, value in TINY.items() if key != "run.days"}
    result = run(scenario.with_changes(lived), days=3, progress=False, threads=1)
    assert result.daily["exposure_quality"].notna().all()


@pytest.mark.parametrize("name", STUDIES)
def test_examples_of_studies_run(executor: Path, name: str) -> None:
    file = executor / "scenarios" / name
    small = ", ".join(f"{key}: {value}" for key, value in TINY.items())
    file.write_text(file.read_text().replace("replications: 3", f"replications: 1\nset: {{{small}}}"))
    found = sweep(file, executor / name, workers=0, progress=False).findings
    assert {"exposure_quality", "bought", "reads_of_the_best"} <= {*found.values.columns}
    assert found.values["reads_of_the_best"].between(0, 1).all()


def test_the_scenarios_of_the_readme_load(executor: Path) -> None:
    for number, text in enumerate(blocks("README.md", "yaml")):
        file = executor / "scenarios" / f"readme-{number}.yaml"
        file.write_text(text, encoding="utf-8")
        Scenario.load(file)


def test_the_plugins_of_the_examples_do_something(executor: Path) -> None:
    """Each example's own class is in force, and is asked."""
    folder = executor / "scenarios"
    young = Scenario.load(folder / "young.yaml").with_changes(TINY)
    model = EngagementModel(young, threads=1)
    seen = set()
    while model.running:
        model.step()
        seen |= {found.detector for found in model.state.platform.flags if len(found.ids)}
    assert "young" in seen
    few = {**TINY, "run.days": 8, "platform.audits_per_1000_creators": 500.0}
    usual = EngagementModel(Scenario.load(folder / "usual.yaml").with_changes(few), threads=1)
    while usual.running:
        usual.step()
    detector, fitted = usual.state.platform.fitted["usual"]
    assert type(detector).__name__ == "UsualLikes" and pickle.loads(fitted)["mean"] > 0
    assert usual.state.platform.flags[-1].judged > 0
    dwell = Scenario.load(folder / "dwell.yaml")
    assert type(dwell.platform.ranking).__name__ == "DwellOnly" and dwell.platform.ranking.power == 2
    cooling = run(Scenario.load(folder / "cooling.yaml").with_changes(TINY), progress=False, threads=1)
    assert cooling.actions["sanction"].str.contains("CoolingOff").any()
    bargains = Scenario.load(folder / "bargains.yaml").with_changes({**TINY, "creators.manipulating_start": 1.0})
    orders = run(bargains, progress=False, threads=1).orders
    assert len(orders) and orders["n_likes"].max() <= 60


def test_the_python_of_the_readme_runs(executor: Path) -> None:
    code = "\n".join(blocks("README.md", "python")).replace(".show()", ".to_dict()")
    for name in ("baseline", "composite_ranking"):
        small = f"extends: {name}.yaml\nreaders: {{n: 600}}\ncreators: {{n: 40}}\nrun: {{days: 3}}\n"
        (executor / "scenarios" / f"small_{name}.yaml").write_text(small)
        code = code.replace(f"scenarios/{name}.yaml", f"scenarios/small_{name}.yaml")
        code = code.replace(f'"{name}"', f'"scenarios/small_{name}.yaml"')
    assert len(re.findall("scenarios/small_", code)) == 4  # nothing lives through a world of full size
    _python(re.sub(r"seeds=\d+", "seeds=2", re.sub(r"days=\d+", "days=2", code)), executor)


def test_the_python_of_the_howto_runs(executor: Path) -> None:
    """Each block by itself, but in one process, which imports everything once."""
    small = "extends: baseline.yaml\nreaders: {n: 600}\ncreators: {n: 40}\nrun: {days: 3}\n"
    (executor / "scenarios" / "small.yaml").write_text(small)
    bodies = blocks("docs/howto.md", "python")
    assert bodies
    for number, body in enumerate(bodies):
        code = body.replace(".show()", ".to_dict()").replace("scenarios/baseline.yaml", "scenarios/small.yaml")
        code = code.replace("scenarios/composite_ranking.yaml", "scenarios/small.yaml")
        (executor / f"block_{number}.py").write_text(re.sub(r"days=\d+", "days=3", code))
    runs = f"import runpy\nfor n in range({len(bodies)}):\n    runpy.run_path(f'block_{{n}}.py')\n"
    _python(runs, executor)


def _python(code: str, folder: Path) -> None:
    path = os.pathsep.join([str(ROOT), *(p for p in sys.path if p)])
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
