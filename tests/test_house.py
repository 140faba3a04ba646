"""Tests that watch the house: directions of imports, sizes, settings, shipped files."""

import ast
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest

from survey.app import create_app
from survey.config import SETTINGS

ROOT = Path(__file__).parent.parent
PACKAGES = ("survey", "analysis", "questionnaires", "translations")
ROOMS = ("respond", "feedback", "reports", "improve", "exchange", "demo")
FLOOR = 0
HEIGHT = {"units": 1, "staff": 2, "fieldwork": 3, **dict.fromkeys(ROOMS, 4)}
TOP = 5  # what may know every room
TOP_MODULES = ("app", "doors", "tables", "cli")
FILE_LIMIT, FUNCTION_LIMIT = 350, 55


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (ROOT / package).rglob("*.py")
    yield ROOT / "wsgi.py"


def is_migration(path: Path) -> bool:
    return "versions" in path.parts


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module in PACKAGES:
                yield from (f"{node.module}.{name.name}" for name in node.names)
            else:
                yield node.module


def height(module: str) -> int:
    room = module.split(".")[1] if "." in module else ""
    return TOP if room in TOP_MODULES else HEIGHT.get(room, FLOOR)


def wrong_directions(path: Path, tree: ast.AST) -> Iterator[str]:
    here = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for there in imported(tree):
        ours, theirs = here.split(".")[0], there.split(".")[0]
        if ours in ("analysis", "questionnaires", "translations"):
            if theirs in PACKAGES and theirs != ours:
                yield f"{here} imports {there}"
        elif theirs == "analysis" and path.name != "numbers.py":
            yield f"{here} imports {there}: only a room's numbers.py may"
        elif theirs == "survey" and ours == "survey":
            up = height(there) > height(here)
            beside = height(here) == height(there) == HEIGHT["respond"]
            if up or (beside and here.split(".")[1] != there.split(".")[1]):
                yield f"{here} imports {there}"


def test_imports_go_one_way():
    found = [
        line
        for path in sources()
        for line in wrong_directions(path, ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


def test_the_reader_of_imports_sees_a_wrong_direction():
    path = ROOT / "survey" / "units" / "areas.py"
    tree = ast.parse("from survey.staff import guard\nfrom survey.cli import cli\nimport analysis")
    assert len(list(wrong_directions(path, tree))) == 3
    room = ROOT / "survey" / "respond" / "views.py"
    assert len(list(wrong_directions(room, ast.parse("from survey.reports import views")))) == 1


def test_no_import_stands_inside_a_function():
    found = []
    for path in sources():
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                inside = [
                    n for n in ast.walk(function) if isinstance(n, ast.Import | ast.ImportFrom)
                ]
                found += [f"{path.relative_to(ROOT)}:{node.lineno}" for node in inside]
    assert found == []


def test_no_module_waits_for_itself():
    """Modules of the house import each other without a cycle."""
    graph: dict[str, set[str]] = {}
    names = {}
    for path in sources():
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        names[name] = path
    for name, path in names.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        graph[name] = {known for found in imported(tree) if (known := nearest(found, names))}
    assert [name for name in graph if reaches(graph, name, name)] == []


def nearest(module: str, names: dict[str, Path]) -> str | None:
    while module and module not in names:
        module = module.rpartition(".")[0]
    return module or None


def reaches(graph: dict[str, set[str]], start: str, goal: str) -> bool:
    seen: set[str] = set()
    waiting = [there for there in graph[start] if there != start]
    while waiting:
        here = waiting.pop()
        if here == goal:
            return True
        if here not in seen:
            seen.add(here)
            waiting += graph[here]
    return False


def test_files_and_functions_stay_small():
    found = []
    for path in sources():
        if is_migration(path):
            continue
        text = path.read_text(encoding="utf-8")
        if (lines := text.count("\n")) > FILE_LIMIT:
            found.append(f"{path.relative_to(ROOT)}: {lines} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > FUNCTION_LIMIT:
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {length}")
    assert found == []


def test_every_setting_is_documented():
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert [s.name for s in SETTINGS if f"`{s.name}`" not in page] == []
    assert [s.name for s in SETTINGS if s.help not in page] == []
    used = set(re.findall(r"\bSIPAS_[A-Z_]+", "".join(p.read_text() for p in sources())))
    assert used <= {s.name for s in SETTINGS}


def test_every_dependency_has_its_line():
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    wanted = setup["options"]["install_requires"].split()
    for extra in setup["options.extras_require"].values():
        wanted += extra.split()
    names = {re.split(r"[\[<>=]", line)[0] for line in wanted}
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    assert [name for name in sorted(names) if f"| {name} |" not in page] == []


def test_every_lock_has_the_same_version_of_a_package():
    locks = sorted((ROOT / "requirements").glob("*.lock"))
    assert [lock.stem for lock in locks] == ["base", "spark", "test"]
    versions: dict[str, set[str]] = {}
    for lock in locks:
        for name, version in re.findall(r"(?m)^(\S+)==(\S+)", lock.read_text(encoding="utf-8")):
            versions.setdefault(name, set()).add(version)
    assert len(versions) > 60
    assert {name: own for name, own in versions.items() if len(own) > 1} == {}


def test_autoescape_is_on_everywhere_and_nothing_is_called_safe(app):
    environment = app.jinja_env
    for name in environment.list_templates():
        assert environment.autoescape is True or environment.autoescape(name), name
    pages = list((ROOT / "survey" / "templates").rglob("*.html"))
    assert pages
    assert [
        p.name for p in pages if re.search(r"\|\s*safe\b|autoescape\s+false", p.read_text())
    ] == []
    assert [str(p) for p in sources() if re.search(r"\bMarkup\(", p.read_text())] == []


def test_no_page_has_an_inline_handler_or_style():
    bad = re.compile(r"\son[a-z]+\s*=|\sstyle\s*=|<script(?![^>]*(src|nonce))", re.IGNORECASE)
    pages = (ROOT / "survey" / "templates").rglob("*.html")
    assert [p.name for p in pages if bad.search(p.read_text(encoding="utf-8"))] == []


def test_setup_lists_every_package():
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    listed = set(setup["options"]["packages"].split())
    folders = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for package in PACKAGES
        for path in (ROOT / package).rglob("__init__.py")
    }
    assert listed == folders


FOR_DEVELOPERS = ("survey/theme/", "translations/babel.cfg", "translations/messages.pot")


def test_the_wheel_contains_every_data_file(tmp_path):
    """What lies below the packages is in the wheel, catalogs compiled."""
    source = tmp_path / "source"
    source.mkdir()
    for name in (*PACKAGES, "setup.cfg", "setup.py", "pyproject.toml", "wsgi.py", "README.md"):
        there = ROOT / name
        if there.is_dir():
            left_out = shutil.ignore_patterns("__pycache__", "*.mo", "node_modules")
            shutil.copytree(there, source / name, ignore=left_out)
        else:
            shutil.copy(there, source / name)
    shutil.copy(ROOT / "LICENSE", source / "LICENSE")
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "-w", tmp_path, source], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        shipped = set(archive.namelist())
    held = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and not {"__pycache__", "node_modules"} & set(path.parts)
    }
    wanted = {name for name in held if not name.startswith(FOR_DEVELOPERS)}
    assert sorted(wanted - shipped) == []
    assert {f"translations/{lang}/LC_MESSAGES/messages.mo" for lang in ("vi", "en")} <= shipped


def loaded(code: str, *modules: str) -> str:
    """Which of the modules a Python of its own has loaded after running the code."""
    code += f"import sys\nprint([m for m in {modules!r} if m in sys.modules])\n"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return told.stdout.strip()


def test_help_does_not_wait_for_numbers():
    code = (
        "from click.testing import CliRunner\nfrom survey.cli import cli\n"
        "assert CliRunner().invoke(cli, ['--help']).exit_code == 0\n"
    )
    assert loaded(code, "scipy", "numpy", "duckdb", "matplotlib") == "[]"


def test_who_checks_a_questionnaire_waits_for_no_database():
    code = (
        "from click.testing import CliRunner\nfrom survey.cli import cli\n"
        "done = CliRunner().invoke(cli, ['questionnaire', 'show', 'one-stop-ward@1'])\n"
        "assert done.exit_code == 0\n"
    )
    assert loaded(code, "sqlalchemy", "numpy", "lxml", "pyxform") == "[]"


def test_the_web_application_does_not_wait_for_numbers():
    code = (
        "import tempfile, pathlib\nfrom survey.app import create_app\n"
        "from survey.config import Settings\nf = pathlib.Path(tempfile.mkdtemp())\n"
        "create_app(Settings(f'sqlite:///{f}/x.db', f, f / 'secret'))\n"
    )
    assert loaded(code, "scipy", "duckdb", "matplotlib", "pyxform") == "[]"


@pytest.mark.parametrize("path", ["/", "/nowhere", "/desk/", "/healthz"])
def test_every_page_carries_the_headers(kept, path):
    answer = create_app(kept.settings).test_client().get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "nonce-" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in policy
