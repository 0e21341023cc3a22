"""What must hold for every file: no vendor's name in code, no unknown setting, nothing left for later."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
VENDORS = sorted(path.stem for path in (ROOT / "helpdesk" / "vendors").glob("*.yaml"))
ROOMS = ("helpdesk", "tickets", "sla", "notifications", "portal")
# Names that others set: Django, the shell, a build server.
NOT_OURS = {"DJANGO_SETTINGS_MODULE", "PATH", "HOME", "CI"}


def files(*suffixes: str, without: tuple[str, ...] = ()) -> list[Path]:
    """The files of the repository, as git knows them, new ones included."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    if listed == [""]:  # an unpacked copy without its history
        hidden = {".venv", "var", ".git"}
        every = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
        listed = [str(path) for path in every if not hidden & set(path.parts)]
    found = [ROOT / name for name in sorted(set(listed)) if name.endswith(suffixes) and not name.startswith(without)]
    return [path for path in found if path.is_file()]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_no_code_knows_a_vendor():
    assert len(VENDORS) == 5
    word = re.compile("|".join(VENDORS), re.IGNORECASE)
    code = files(".py", ".html", ".js", ".css", ".sql", ".txt", ".svg", ".sh", without=("helpdesk/vendors/", "tests/"))
    assert len(code) > 150
    assert [
        name(path) for path in code if word.search(path.read_text(encoding="utf-8")) or word.search(name(path))
    ] == []


def test_nothing_is_left_for_later():
    later = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    every = files(".py", ".html", ".js", ".css", ".sql", ".md", ".yaml", ".yml", ".toml", ".txt", "Makefile")
    here = Path(__file__).resolve()
    assert [name(path) for path in every if path != here and later.search(path.read_text(encoding="utf-8"))] == []


# --- Settings --------------------------------------------------------------------------------------------


def read_by(path: Path) -> set[str]:
    """The names that a module asks the environment for, through `helpdesk.env` or by itself."""
    asked = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        first = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            of = ast.unparse(node.func.value)
            asks = of == "env" or (of.endswith(("environ", "environment")) and node.func.attr in ("get", "setdefault"))
            first = node.args[0] if asks or (of, node.func.attr) == ("os", "getenv") else None
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith(("environ", "environment")):
            first = node.slice
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            asked.add(first.value)
    return asked


def settings_read() -> set[str]:
    modules = [path for path in files(".py") if name(path).startswith(tuple(f"{room}/" for room in ROOMS))]
    names = set().union(*(read_by(path) for path in [*modules, ROOT / "manage.py"]))
    return {read.removesuffix("_FILE") for read in names if read.isupper()} - NOT_OURS


def settings_documented() -> set[str]:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    [table] = re.findall(r"^## Settings\n(.*?)^## ", text, re.DOTALL | re.MULTILINE)
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return {word for row in rows for word in re.findall(r"`(\w+)`", row)}


def test_what_is_read_from_the_environment_is_in_the_table_and_the_other_way_round():
    read = settings_read()
    assert {"DATABASE_URL", "REDIS_URL", "HELPDESK_SECRET_KEY", "PORT"} <= read
    assert read == settings_documented()


def test_compose_sets_only_what_is_read():
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    ours = {name: service for name, service in services.items() if name not in ("postgres", "valkey")}
    assert set(ours) == {"migrate", "web", "worker", "beat"}
    given = {variable for service in ours.values() for variable in service["environment"]}
    assert given - settings_read() == set()


def test_compose_asks_the_operator_only_for_names_that_are_explained():
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    asked = set(re.findall(r"\$\{(\w+)", text))
    explained = set(re.findall(r"\b[A-Z][A-Z_]{3,}\b", (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")))
    assert asked - explained == set()


# --- Tests -----------------------------------------------------------------------------------------------

TESTS = [path for path in files(".py") if re.match(r"tests/.*test_\w+\.py", name(path))]


def proves(function: ast.AST) -> bool:
    """Whether a function asserts something, or expects an error."""
    return any(
        isinstance(node, ast.Assert) or (isinstance(node, ast.Attribute) and node.attr in ("raises", "warns"))
        for node in ast.walk(function)
    )


@pytest.mark.parametrize("path", TESTS, ids=name)
def test_every_test_file_proves_something(path):
    assert proves(ast.parse(path.read_text(encoding="utf-8")))


def test_no_test_is_skipped_or_expected_to_fail():
    """But for the one that asks Linux for what other systems do not have."""
    words = re.compile(r"\b(skip|skipif|importorskip|xfail)\(")
    lax = [name(path) for path in TESTS if words.search(path.read_text(encoding="utf-8"))]
    assert lax == ["tests/bootstrap/test_supervisor.py"]


# --- Shape -----------------------------------------------------------------------------------------------


def test_the_top_level_is_as_agreed():
    allowed = {
        "manage.py", "helpdesk", "tickets", "sla", "portal", "notifications", "templates", "tests", "pyproject.toml",
        "docker-compose.yml", "README.md", "Makefile", "LICENSE", "CHANGELOG.md", "ARCHITECTURE.md",
        "CONTRIBUTING.md", "Dockerfile", "docs", "locale",
    }  # fmt: skip
    top = {name(path).split("/")[0] for path in files("")}
    strange = {entry for entry in top - allowed if not entry.startswith((".", "requirements"))}
    assert strange == set()


def test_no_module_is_a_drawer_for_everything():
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "services"}
    modules = [path for path in files(".py") if name(path).split("/")[0] in ROOMS]
    assert [name(path) for path in modules if drawers & {path.stem, path.parent.name}] == []


def test_every_module_says_what_it_is():
    modules = [
        path for path in files(".py") if name(path).split("/")[0] in ROOMS and "/migrations/0001" not in name(path)
    ]
    silent = [
        name(path)
        for path in modules
        if (tree := ast.parse(path.read_text(encoding="utf-8"))).body and not ast.get_docstring(tree)
    ]
    assert silent == []


def test_only_the_log_s_function_appends_to_the_log():
    writers = re.compile(r"INSERT INTO (tickets_entry|tickets_payload)|(Entry|Payload)\.objects\.(create|bulk_create)")
    found = [name(path) for path in files(".py", ".sql", without=("tests/",)) if writers.search(path.read_text())]
    assert found == ["tickets/migrations/0003_log.py"]


def test_nobody_opens_a_vendor_s_door_with_raw_sql():
    found = [
        name(path) for path in files(".py", without=("tests/",)) if "set_config('app.vendor_id'" in path.read_text()
    ]
    assert found == ["helpdesk/tenancy.py"]
