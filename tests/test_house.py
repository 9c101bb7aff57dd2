"""The house keeps its shape: imports go one way, files and functions stay short, nothing broad is caught."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT

SOURCES = ("gateway", "device_drivers", "rules", "simulators", "dashboards")
MOST_FILE_LINES = 400
MOST_FUNCTION_LINES = 60
MOST_BROAD_EXCEPTS = 4  # each at a task's top

# A module may import from its own layer and from those before it.
LAYERS = (
    ("gateway.model", "gateway.errors", "gateway.clock"),
    ("device_drivers", "rules", "gateway.identity", "gateway.config"),
    (
        "gateway.access",
        "gateway.geo",
        "gateway.places",
        "gateway.event_id",
        "gateway.device_clock",
        "gateway.device_events",
        "gateway.devices",
        "gateway.hearing",
        "gateway.lateness",
        "gateway.eta",
        "gateway.resolve",
        "gateway.locate",
        "gateway.plans",
        "gateway.quality",
        "gateway.kpi",
        "gateway.journal",
        "gateway.engine",
        "gateway.scenario",
        "gateway.deliver",
        "gateway.partners",
        "gateway.subscribing",
        "gateway.influx",
        "gateway.sources",
    ),
    ("gateway.web",),
    (
        "gateway.assembly",
        "gateway.catalogue",
        "gateway.replay.capture",
        "gateway.walk",
        "gateway.outputs",
        "gateway.sampling",
        "gateway.running.live",
        "gateway.running.metrics",
        "gateway.running.plans_at_start",
        "gateway.trial",
        "gateway.discovery",
        "gateway.running.device_desk",
        "gateway.doctor",
        "gateway.field",
        "gateway.grafana",
        "gateway.running.service_manager",
        "gateway.running.trimmer",
        "gateway.setup",
        "gateway.running.watchdog",
    ),
    ("gateway.running", "gateway.app", "gateway.replay"),
    ("gateway.demo_plan",),
    ("gateway.demo",),
    ("gateway.__main__", "gateway.cli", "gateway.logs"),
)
PURE = (
    "gateway.eta",
    "gateway.identity",
    "gateway.resolve",
    "gateway.locate",
    "gateway.geo",
    "gateway.places",
    "gateway.quality",
    "gateway.kpi",
    "gateway.eta",
    "device_drivers",
    "rules",
)
IMPURE_IMPORTS = {"asyncio", "socket", "sqlite3", "threading", "subprocess", "time", "httpx", "os", "pathlib"}


@cache
def modules() -> dict[str, ast.Module]:
    found = {}
    for package in SOURCES:
        for file in (ROOT / package).rglob("*.py"):
            name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            found[name] = ast.parse(file.read_text(), str(file))
    return found


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer(module: str) -> int | None:
    for number, members in enumerate(LAYERS):
        if any(module == member or module.startswith(member + ".") for member in members):
            return number
    return None


def within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(package + ".") for package in packages)


def test_every_module_has_a_layer() -> None:
    lost = [name for name in modules() if name.startswith("gateway.") and layer(name) is None]
    assert lost == [], "say in LAYERS where these stand"


@pytest.mark.parametrize("module", sorted(modules()))
def test_imports_go_one_way(module: str) -> None:
    own = layer(module)
    for name in imported(modules()[module]):
        assert module.startswith("simulators") or not name.startswith("simulators"), "nothing imports the simulators"
        its = layer(name)
        if own is not None and its is not None:
            assert its <= own, f"{module} reaches up to {name}"


@pytest.mark.parametrize("package", ["device_drivers", "rules"])
def test_drivers_and_rules_know_only_the_words(package: str) -> None:
    for module, tree in modules().items():
        if within(module, (package,)):
            ours = {name for name in imported(tree) if name.split(".")[0] in SOURCES}
            strangers = {name for name in ours if not within(name, ("gateway.model", package))}
            assert strangers == set(), f"{module} imports more than gateway.model"


def test_pure_parts_have_no_io_and_no_clock() -> None:
    for module, tree in modules().items():
        if within(module, PURE):
            assert {name.split(".")[0] for name in imported(tree)} & IMPURE_IMPORTS == set(), module


def test_only_the_journal_holds_sql() -> None:
    for module, tree in modules().items():
        if module.startswith("gateway.") and not module.startswith(("gateway.journal", "gateway.influx")):  # InfluxQL
            texts = (
                node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
            )
            assert not any(text.startswith(("SELECT ", "INSERT ", "UPDATE ", "DELETE FROM")) for text in texts), module


def test_files_are_short() -> None:
    long = {
        str(file.relative_to(ROOT)): lines
        for package in SOURCES
        for file in (ROOT / package).rglob("*.py")
        if (lines := file.read_text().count("\n")) > MOST_FILE_LINES
    }
    assert long == {}


def test_functions_are_short() -> None:
    long = [
        f"{module}.{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for module, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > MOST_FUNCTION_LINES
    ]
    assert long == []


def test_nothing_broad_is_caught_but_at_a_tasks_top() -> None:
    broad = [
        f"{module}:{node.lineno}"
        for module, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")))
    ]
    assert len(broad) <= MOST_BROAD_EXCEPTS, broad


def test_every_driver_has_vectors_and_every_rule_its_stories() -> None:
    for module in modules():
        package, _, name = module.partition(".")
        if package == "device_drivers" and any(_defines(module, word) for word in ("Decoder",)):
            assert (ROOT / "tests" / "vectors" / f"{name}.jsonl").is_file(), f"{name} has no vectors"
        if package == "rules" and _defines(module, "Rule"):
            assert (ROOT / "tests" / "scenarios" / f"{name}.yaml").is_file(), f"{name} has no stories"


def _defines(module: str, name: str) -> bool:
    return any(isinstance(node, ast.ClassDef) and node.name == name for node in modules()[module].body)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", "package-lock.json"])
def test_locks_have_hashes_and_no_registry(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "http://" not in text
    assert "https://" not in text.replace("https://opencollective.com", "").replace("https://github.com/sponsors", "")
    assert "sha256:" in text or "sha512-" in text


def test_no_tracked_text_file_holds_a_path_of_a_machine() -> None:
    for file in (ROOT / name for name in ("README.md", "CONTRIBUTING.md", "config.yaml", "Makefile")):
        text = Path(file).read_text()
        assert "/root/" not in text
        assert "/work/" not in text
