from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from generator.answers import settle, with_defaults
from generator.catalog import Catalog
from generator.errors import RenderFailed
from generator.project import ROOT, Project, plan
from generator.render import render
from tests.offered import FRAMEWORKS, INSTALLERS
from tests.stock import stock_template
from tests.trees import tree

Layer = Callable[..., Path]

# What would be a template if it were a text.
BINARY = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR {{ cookiecutter.nope }} {% nope" + bytes(range(256))


@pytest.fixture
def layer(tmp_path: Path) -> Layer:
    """A layer of the given files."""

    def make(files: Mapping[str, bytes], name: str = "layer") -> Path:
        for path, content in files.items():
            target = tmp_path / name / ROOT / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        return tmp_path / name

    return make


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where to render to."""
    folder = tmp_path / "rendered"
    folder.mkdir()
    return folder


def _project(layer: Path, context: Mapping[str, object] | None = None) -> Project:
    return Project(layer.parent, (layer,), context or {})


def test_layers_lie_over_one_another(layer: Layer, folder: Path) -> None:
    below = layer({"a.txt": b"a\n", "sub/b.txt": b"{{ cookiecutter.name }}\n"}, "below")
    above = layer({"sub/deep/c.txt": b"c\n", ".d": b"d\n"}, "above")

    written = render(Project(below.parent, (below, above), {"name": "shop"}), folder)

    assert written == [".d", "a.txt", "sub/b.txt", "sub/deep/c.txt"]
    assert tree(folder) == {
        ".d": b"d\n",
        "a.txt": b"a\n",
        "sub/b.txt": b"shop\n",
        "sub/deep/c.txt": b"c\n",
    }


@pytest.mark.parametrize(
    ("template", "rendered"),
    [
        (b"{{ cookiecutter.value }}", b"v"),
        (b"{{ cookiecutter.value }}\n", b"v\n"),
        (b"{{ cookiecutter.value }}\n\n", b"v\n\n"),
        ("{# seen by nobody #}ä {{ cookiecutter.value }}\n".encode(), "ä v\n".encode()),
        (b"{% for each in cookiecutter.many %}{{ each }}\n{% endfor %}", b"1\n2\n"),
    ],
)
def test_jinja_is_rendered(layer: Layer, folder: Path, template: bytes, rendered: bytes) -> None:
    context = {"value": "v", "many": [1, 2]}

    render(_project(layer({"a.txt": template}), context), folder)

    assert (folder / "a.txt").read_bytes() == rendered


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no newline at the end",
        b"one\r\nother\rthird\n",
        b"\xff\xfe latin \xe9\n",
        bytes(range(256)),
        BINARY,
    ],
    ids=["empty", "no newline", "line endings", "no UTF-8", "binary", "binary with marks of Jinja"],
)
def test_what_is_no_template_is_copied_byte_for_byte(
    layer: Layer, folder: Path, content: bytes
) -> None:
    render(_project(layer({"file": content})), folder)

    assert (folder / "file").read_bytes() == content


@pytest.mark.parametrize("value", ["{{ 7 * 7 }}", "{% raw %}", "${HOME}", "$(id)", "`id`", "<&>"])
def test_values_are_data(layer: Layer, folder: Path, value: str) -> None:
    project = _project(layer({"a.txt": b"{{ cookiecutter.value }}"}), {"value": value})

    render(project, folder)

    assert (folder / "a.txt").read_text("utf-8") == value


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        (b"{{ cookiecutter.nope }}", "'dict object' has no attribute 'nope'"),
        (b"{{ nope }}", "'nope' is undefined"),
        (b"{% if cookiecutter.nope %}{% endif %}", "'dict object' has no attribute 'nope'"),
        (b"{% if %}", "Expected an expression, got 'end of statement block'"),
        (b"{{ 1 | nope }}", "No filter named 'nope'."),
        (b"{% include 'nope' %}", "'nope' not found in search paths: '.', {templates}"),
    ],
)
def test_a_broken_template(layer: Layer, folder: Path, template: bytes, reason: str) -> None:
    broken = layer({"sub/a.txt": template})
    reason = reason.format(templates=repr(str(broken.parent)))

    with pytest.raises(RenderFailed) as failed:
        render(_project(broken, {"name": "shop", "secret": "not told"}), folder)

    assert failed.value.message == f"the template of sub/a.txt is broken: {reason}"
    assert failed.value.hint == f"it lies in {broken / ROOT}"
    assert (failed.value.status, failed.value.code) == (1, "render-failed")


@pytest.mark.parametrize("template", [b"{{ 1 }} \xe9\n", b"\0\xff{{ 1 }}"])
def test_a_template_that_is_not_utf8(layer: Layer, folder: Path, template: bytes) -> None:
    with pytest.raises(RenderFailed, match=r"^the template of a\.txt is broken: "):
        render(_project(layer({"a.txt": template})), folder)


def test_the_current_folder_stays(
    layer: Layer, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    render(_project(layer({"a": b"{{ 1 }}"})), folder)
    with pytest.raises(RenderFailed):
        render(_project(layer({"b": b"{{ nope }}"})), folder)

    assert Path.cwd() == tmp_path


def test_two_layers_with_one_path(layer: Layer, folder: Path) -> None:
    layers = layer({"sub/a": b"1", "z": b""}, "one"), layer({"sub/a": b"2", "b": b""}, "other")

    with pytest.raises(RenderFailed) as failed:
        render(Project(folder.parent, layers, {}), folder)

    assert failed.value.message == "one and other both bring sub/a"
    assert tree(folder) == {}


def test_bytecode_is_not_delivered(layer: Layer, folder: Path) -> None:
    made = layer({"app/a.py": b"", "app/__pycache__/a.pyc": b"\0", "__pycache__/b/c": b"\0"})

    assert render(_project(made), folder) == ["app/a.py"]
    assert list(tree(folder)) == ["app/a.py"]
    assert not (folder / "__pycache__").exists()


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX modes")
@pytest.mark.parametrize("content", [b"plain\n", b"{{ 1 }}\n", BINARY])
@pytest.mark.parametrize("mode", [0o400, 0o600, 0o777])
def test_the_templates_mode_does_not_matter(
    layer: Layer, folder: Path, content: bytes, mode: int
) -> None:
    made = layer({"a": content})
    (made / ROOT / "a").chmod(mode)

    render(_project(made), folder)

    assert (folder / "a").stat().st_mode & 0o777 == folder.stat().st_mode & 0o666


# --- parts of other layers, and what several templates include ------------------------------------

SLOT = b"begin\n{%- for part in parts('slot') %}\n{% include part %}\n{%- endfor %}\nend\n"


def _put(layer: Path, path: str, text: str) -> None:
    (layer / path).parent.mkdir(parents=True, exist_ok=True)
    (layer / path).write_text(text, "utf-8")


def test_parts_fill_a_slot_in_the_order_of_the_layers(layer: Layer, folder: Path) -> None:
    below, middle = layer({"a.txt": SLOT}, "below"), layer({"b.txt": b""}, "middle")
    above, aside = layer({"c.txt": b""}, "above"), layer({"d.txt": b""}, "aside")
    _put(above, "parts/slot", "  {{ cookiecutter.name }}: 2")
    _put(below, "parts/slot", "{% for n in (1, 2) %}{{ n }}{% endfor %}")
    _put(middle, "parts/other", "in no slot")
    _put(aside, "parts/slot", "of a layer that this project has not")

    render(Project(folder.parent, (below, middle, above), {"name": "shop"}), folder)

    assert tree(folder) == {
        "a.txt": b"begin\n12\n  shop: 2\nend\n",
        "b.txt": b"",
        "c.txt": b"",
    }


def test_a_slot_that_nothing_fills_leaves_no_trace(layer: Layer, folder: Path) -> None:
    render(_project(layer({"a.txt": SLOT})), folder)

    assert (folder / "a.txt").read_bytes() == b"begin\nend\n"


def test_a_part_has_slots_too(layer: Layer, folder: Path) -> None:
    below, above = layer({"a.txt": SLOT}, "below"), layer({}, "above")
    _put(below, "parts/slot", "{% for part in parts('inner') %}{% include part %}{% endfor %}")
    _put(above, "parts/inner", "deep")

    render(Project(folder.parent, (below, above), {}), folder)

    assert (folder / "a.txt").read_bytes() == b"begin\ndeep\nend\n"


def test_what_is_included_lies_in_the_project_or_in_templates(layer: Layer, folder: Path) -> None:
    made = layer({"a.txt": b"{% include 'b.txt' %}{% include 'layer/c' %}", "b.txt": b"{{ 1 }}"})
    _put(made, "c", "{{ cookiecutter.name }}")

    render(_project(made, {"name": "shop"}), folder)

    assert tree(folder) == {"a.txt": b"1shop", "b.txt": b"1"}


def test_a_macro_of_a_file_that_an_answer_names(layer: Layer, folder: Path) -> None:
    made = layer({"a": b"{% from 'layer/' ~ cookiecutter.tool ~ '.jinja' import do %}{{ do(3) }}"})
    _put(made, "saw.jinja", "{%- macro do(n) -%}\nsaw {{ n }}\n{%- endmacro -%}\n")

    render(_project(made, {"tool": "saw"}), folder)

    assert (folder / "a").read_bytes() == b"saw 3"


def test_a_broken_part_is_the_templates_fault_that_has_the_slot(layer: Layer, folder: Path) -> None:
    made = layer({"a.txt": SLOT})
    _put(made, "parts/slot", "{{ cookiecutter.nope }}")

    with pytest.raises(RenderFailed) as failed:
        render(_project(made), folder)

    assert failed.value.message == (
        "the template of a.txt is broken: 'dict object' has no attribute 'nope'"
    )


# --- an ordinary cookiecutter template ------------------------------------------------------------


@pytest.mark.parametrize("installer", INSTALLERS)
@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("extras", ["", "all"])
def test_stock_cookiecutter_renders_the_same_bytes(
    catalog: Catalog, tmp_path: Path, folder: Path, *, framework: str, installer: str, extras: str
) -> None:
    texts = {"name": "null", "framework": framework, "installer": installer, "with": extras}
    project = plan(settle(with_defaults({**texts, "port": "8123"}, catalog), catalog), catalog)
    stock_template(project, tmp_path / "template")
    command = [sys.executable, "-m", "cookiecutter", "--no-input", "--output-dir"]
    subprocess.run(
        [*command, tmp_path / "stock", tmp_path / "template"],
        env={**os.environ, "HOME": str(tmp_path), "USERPROFILE": str(tmp_path)},
        check=True,
    )

    render(project, folder)

    assert tree(folder) == tree(tmp_path / "stock" / "null")
