"""The house keeps its order: who imports whom, what stands in one place only, what no page may hold."""

import ast
import importlib
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines

from campaign_portal.celery import app as celery_app

ROOT = Path(settings.BASE_DIR)
APPS = ["units", "campaigns", "targets", "commendations", "reports"]
LAYERS = [
    {"models"},
    {"permissions", "progress", "notifications"},
    {"workflow", "building"},
    {"tasks"},
    {"forms"},
    {"views", "admin"},
    {"urls"},
]
ONE_DOOR = {  # xlsx reads in a child process of its own
    "weasyprint": {"campaign_portal/pdf.py"},
    "openpyxl": {"campaign_portal/xlsx/writing.py", "campaign_portal/xlsx/child.py"},
    "docx": {"campaign_portal/written_text.py", "campaign_portal/docx/styles.py", "campaign_portal/docx/writing.py"},
    "pyhanko": {"campaign_portal/signed_pdf.py"},
}
WIRING_THAT_APPS_USE = {
    *("campaign_portal.pdf", "campaign_portal.docx", "campaign_portal.xlsx", "campaign_portal.celery"),
    *("campaign_portal.office_files", "campaign_portal.guarded"),
}
DRAWERS = {"utils", "helpers", "services", "common", "core", "managers", "misc", "signals"}
INLINE = re.compile(
    r"<style\b|<script\b(?![^>]*\bsrc=)|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|\|\s*safe\b|autoescape\s+off",
    re.I,
)

SOURCES = sorted(path for name in ["campaign_portal", *APPS, "tests"] for path in (ROOT / name).rglob("*.py"))
OURS = [path for path in SOURCES if "tests" not in path.parts and "migrations" not in path.parts]
TESTS = [path for path in SOURCES if path.name.startswith(("test_", "conftest", "factories"))]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "documents" not in path.parts]  # documents are for print, with their own styles


def name_of(path):
    return str(path.relative_to(ROOT))


def tree_of(path):
    return ast.parse(path.read_text(), filename=name_of(path))


def imports_of(path):
    """Every dotted name a module imports: `from a import b` counts as a.b, which may be a module."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer_of(module):
    return next((number for number, names in enumerate(LAYERS) if module in names), None)


def faults(paths, find):
    return [f"{name_of(path)}: {fault}" for path in paths for fault in find(path)]


def test_apps_import_only_apps_below_them():
    def find(path):
        app = path.relative_to(ROOT).parts[0]
        above = set(APPS[APPS.index(app) + 1 :])
        return [name for name in imports_of(path) if name.split(".")[0] in above]

    assert faults([path for path in OURS if path.relative_to(ROOT).parts[0] in APPS], find) == []


def test_apps_use_the_wiring_only_through_its_doors():
    def find(path):
        used = {".".join(name.split(".")[:2]) for name in imports_of(path) if name.startswith("campaign_portal")}
        return used - WIRING_THAT_APPS_USE

    assert faults([path for path in OURS if path.relative_to(ROOT).parts[0] in APPS], find) == []


def test_inside_an_app_imports_go_one_way():
    def find(path):
        app, module = path.relative_to(ROOT).parts[0], path.relative_to(ROOT).with_suffix("").parts[1]
        here = layer_of(module)
        for name in imports_of(path):
            parts = name.split(".")
            there = layer_of(parts[1]) if parts[0] == app and len(parts) > 1 else None
            if here is not None and there is not None and there > here:
                yield name

    assert faults([path for path in OURS if path.relative_to(ROOT).parts[0] in APPS], find) == []


@pytest.mark.parametrize(("library", "doors"), ONE_DOOR.items())
def test_a_heavy_library_is_imported_in_one_place(library, doors):
    users = {name_of(path) for path in OURS if any(name.split(".")[0] == library for name in imports_of(path))}
    assert users <= doors


def test_no_module_is_a_drawer():
    assert [name_of(path) for path in OURS if DRAWERS & set(path.relative_to(ROOT).with_suffix("").parts)] == []


def test_nothing_happens_by_signal_or_in_save():
    def find(path):
        yield from (name for name in imports_of(path) if "signals" in name.split(".") or name == "django.dispatch")
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ClassDef):
                methods = [part for part in node.body if isinstance(part, ast.FunctionDef)]
                yield from (f"{node.name}.save()" for method in methods if method.name == "save")

    assert faults(OURS, find) == []


def test_no_text_is_declared_safe():
    def find(path):
        return [name for name in imports_of(path) if name.split(".")[-1] in {"mark_safe", "SafeString", "SafeText"}]

    assert faults(OURS, find) == []


def test_only_tasks_commands_and_the_arrival_stamp_ask_the_clock():
    def find(path):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Attribute) and ast.unparse(node) in {"timezone.now", "date.today", "datetime.now"}:
                yield f"{ast.unparse(node)} at line {node.lineno}"

    def may_ask(path):
        return path.stem == "tasks" or "tasks" in path.parts or "commands" in path.parts or path.stem == "middleware"

    assert faults([path for path in OURS if not may_ask(path)], find) == []


def test_tests_neither_mock_nor_sleep_nor_skip():
    def find(path):
        yield from (name for name in imports_of(path) if "mock" in name.split("."))
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Attribute) and node.attr in {"sleep", "skip", "skipif", "xfail", "importorskip"}:
                yield f"{ast.unparse(node)} at line {node.lineno}"

    assert faults(TESTS, find) == []


def test_nothing_is_left_for_later():
    later = re.compile(r"\b(TODO|FIXME|XXX)\b|^(<<<<<<<|>>>>>>>) ", re.M)
    paths = [path for path in SOURCES + TEMPLATES if path != Path(__file__)] + sorted(
        (ROOT / "static").rglob("*.[cj]s*")
    )
    assert faults(paths, lambda path: later.findall(path.read_text())) == []


def test_migrations_say_what_they_do():
    assert [name_of(path) for path in SOURCES if "migrations" in path.parts and "_auto_" in path.name] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_every_template_compiles(path):
    engines["django"].get_template(str(path.relative_to(ROOT / "templates")))


def test_pages_hold_no_script_style_or_unescaped_text_of_their_own():
    assert faults(PAGES, lambda path: (match.group().strip() for match in INLINE.finditer(path.read_text()))) == []


@pytest.mark.parametrize("entry", celery_app.conf.beat_schedule, ids=str)
def test_beat_rings_tasks_that_exist(entry):
    module, function = celery_app.conf.beat_schedule[entry]["task"].rsplit(".", 1)
    task = getattr(importlib.import_module(module), function)
    assert celery_app.tasks[task.name].name == celery_app.conf.beat_schedule[entry]["task"]
