"""The reference of the site: every public name on one page, every paper named before its key."""

import ast
import importlib
import inspect
import re
import unicodedata
from collections import Counter
from pathlib import Path

import attrax

ROOT = Path(__file__).parents[2]
SOURCE = Path(attrax.__file__).parent
ENTRY = re.compile(r"^\.\. auto(?:function|class|data|exception|module):: (\S+)$", flags=re.MULTILINE)
BEFORE_A_KEY = 330


def public():
    """Every public thing, under one of its names."""
    found = {}
    for name in attrax.__all__:
        thing = getattr(attrax, name)
        found.setdefault(id(thing), f"attrax.{name}")
        if inspect.ismodule(thing):
            names = getattr(thing, "__all__", [n for n in vars(thing) if not n.startswith("_")])
            members = {n: getattr(thing, n) for n in names if not n.startswith("_")}
            found |= {id(m): f"{thing.__name__}.{n}" for n, m in members.items() if not inspect.ismodule(m)} | found
    return found


def resolved(path):
    """What a dotted name stands for."""
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)  # a function may have the name of its module


def test_every_public_name_is_on_one_page():
    pages = sorted((ROOT / "docs" / "reference").glob("*.md"))
    entries = [name for page in pages for name in ENTRY.findall(page.read_text(encoding="utf-8"))]
    times = Counter(id(resolved(name)) for name in entries)
    wanted = public()
    assert len(wanted) > 200
    assert [name for key, name in wanted.items() if times[key] != 1] == []
    assert [name for name in entries if id(resolved(name)) not in wanted] == []


def letters(text):
    """A text without accents, braces and TeX commands."""
    text = re.sub(r"\\[\"'`^~=.cv]?\{?(\w)\}?", r"\1", text).replace("{", "").replace("}", "")
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def papers():
    """First author and year of every entry of the references, by key."""
    text = (ROOT / "docs" / "refs.bib").read_text(encoding="utf-8")
    for entry in re.finditer(r"^@\w+\{(\w+),.*?^\}", text, flags=re.MULTILINE | re.DOTALL):
        author = re.search(r"author = \{(.*?)\},?\n", entry[0], flags=re.DOTALL)[1].split(" and ")[0]
        family = author.split(",")[0] if "," in author else author.split()[-1]
        yield entry[1], (letters(family), re.search(r"year = \{(\d+)\}", entry[0])[1])


def cited():
    """Every key in a docstring, with the text before it."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                text = ast.get_docstring(node) or ""
                for found in re.finditer(r"\[(@\w+(?:; *@\w+)*)\]", text):
                    before = letters(text[max(0, found.start() - BEFORE_A_KEY) : found.start()])
                    yield from ((path.name, key, before) for key in re.findall(r"@(\w+)", found[0]))


def test_a_paper_is_named_before_its_key():
    known = dict(papers())
    all_cited = list(cited())
    assert len(all_cited) > 100
    assert [(file, key) for file, key, before in all_cited if any(w not in before for w in known[key])] == []
