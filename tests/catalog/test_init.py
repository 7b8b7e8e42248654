from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest

from generator.answers import FIELDS, Answers, framework, port, python, settle, with_defaults
from generator.catalog import Catalog, Python
from generator.catalog.manifests import Layer, Server, Variable
from generator.create import create
from generator.project import ROOT as PROJECT
from generator.project import plan
from tests.offered import FRAMEWORKS, INSTALLERS, subsets
from tests.toys import put
from tests.trees import tree

MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


def _paths(layers: object, catalog: Catalog) -> list[str]:
    assert isinstance(layers, list)
    assert all(isinstance(layer, Layer) for layer in layers)
    return [layer.folder.relative_to(catalog.root).as_posix() for layer in layers]


# --- Pythons and tools --------------------------------------------------------------------------


def test_pythons_are_the_newest_first_and_their_dates_in_order(catalog: Catalog) -> None:
    versions = [tuple(map(int, each.version.split("."))) for each in catalog.pythons]
    assert versions == sorted(versions, reverse=True)
    assert len(set(versions)) == len(versions)
    for each in catalog.pythons:
        assert MONTH.fullmatch(each.bugfixes)
        assert MONTH.fullmatch(each.security)
        assert each.bugfixes < each.security


def test_python_ended(catalog: Catalog) -> None:
    assert catalog.ended_pythons["3.10"] == "2026-10"
    assert catalog.ended_pythons["2.7"] == "2020-01"
    assert all(MONTH.fullmatch(month) for month in catalog.ended_pythons.values())
    assert not catalog.ended_pythons.keys() & {each.version for each in catalog.pythons}


def test_the_recommended_python_is_offered_and_not_the_newest(catalog: Catalog) -> None:
    assert catalog.recommended_python == "3.14"
    assert catalog.recommended_python in [each.version for each in catalog.pythons[1:]]


def test_the_oldest_python(catalog: Catalog) -> None:
    assert catalog.oldest_python == "3.11"


def test_support_in_words() -> None:
    version = Python("3.14", bugfixes="2027-10", security="2030-10")
    assert version.support("2027-10") == "bug fixes to 2027-10, security to 2030-10"
    assert version.support("2027-11") == "security fixes to 2030-10"
    assert version.support("2030-10") == "security fixes to 2030-10"
    assert not version.ended("2030-10")
    assert version.support("2030-11") == "reached its end of life in 2030-10"
    assert version.ended("2030-11")


def test_uv_is_the_one_that_the_tests_install(catalog: Catalog, root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    assert f"uv=={catalog.uv}" in project["dependency-groups"]["test"]


# --- frameworks and servers ---------------------------------------------------------------------


def test_the_frameworks_in_the_order_they_are_proposed(catalog: Catalog) -> None:
    assert list(catalog.frameworks) == ["flask", "fastapi", "django"]


def test_flask(catalog: Catalog) -> None:
    flask = catalog.frameworks["flask"]
    assert flask.label == "Flask"
    assert flask.entry == "app.wsgi:app"
    assert flask.port == 8000
    assert (flask.liveness, flask.readiness) == ("/healthz", "/readyz")
    assert flask.adds["requirements"] == ("flask",)
    assert flask.folder == catalog.root / "frameworks" / "flask"
    assert flask.variables == (
        Variable(
            "FLASK_SECRET_KEY",
            "",
            "signs sessions, once you use them: letters and digits that nobody can guess",
        ),
    )


def test_gunicorn(catalog: Catalog) -> None:
    gunicorn = Server(
        folder=catalog.root / "servers" / "gunicorn",
        adds={"requirements": ("gunicorn",), "files": ("gunicorn.conf.py",)},
        label="gunicorn",
        config="gunicorn.conf.py",
        command=("python", "gunicorn.conf.py"),
        development=("python", "gunicorn.conf.py", "--graceful-timeout", "1"),
        variables=(
            Variable(
                "WEB_CONCURRENCY",
                "2",
                "server processes; raise it together with the memory limit",
            ),
        ),
    )
    assert catalog.server("flask") == gunicorn == catalog.server("django")


def test_uvicorn(catalog: Catalog) -> None:
    uvicorn = catalog.server("fastapi")
    assert (uvicorn.label, uvicorn.config) == ("uvicorn", "serve.py")
    assert uvicorn.command == ("python", "serve.py")
    assert uvicorn.development == ("python", "serve.py", "--graceful-timeout", "1")
    assert uvicorn.adds["files"] == ("serve.py",)


def test_every_framework_makes_sense(catalog: Catalog) -> None:
    ranks = [each.rank for each in catalog.frameworks.values()]
    assert ranks == sorted(set(ranks))
    for name, each in catalog.frameworks.items():
        assert name == each.name == each.folder.name
        assert each.label
        assert each.hint
        assert port.parse(str(each.port), catalog) == each.port
        assert port.note(str(each.port), catalog, "2026-11") is None
        assert re.fullmatch(r"[a-z_.]+:[a-z_]+", each.entry)
        assert re.fullmatch(r"/[a-z]+", each.liveness)
        assert re.fullmatch(r"/[a-z]+", each.readiness)
        assert (each.folder / PROJECT).is_dir()
        assert (catalog.lock(name, []) / PROJECT / "requirements.txt").is_file()
        server = catalog.server(name)
        assert (server.folder / PROJECT / server.config).is_file()
        assert server.config in server.adds["files"]
        assert server.command[0] == server.development[0] == "python"


def test_every_installer_makes_sense(catalog: Catalog) -> None:
    assert list(catalog.installers) == ["uv", "pip"]
    ranks = [each.rank for each in catalog.installers.values()]
    assert ranks == sorted(set(ranks))
    for name, each in catalog.installers.items():
        assert name == each.name == each.folder.name
        assert each.hint
        macro = (each.folder / "Dockerfile.jinja").read_text("utf-8")
        assert macro.startswith("{%- macro install(file, source, options) -%}\n")


def test_every_extra_makes_sense(catalog: Catalog) -> None:
    assert list(catalog.extras) == sorted(catalog.extras)
    for name, each in catalog.extras.items():
        assert name == each.name == each.folder.name
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
        assert re.fullmatch(r"[A-Z0-9a-z].*[^.]", each.hint)
        assert each.folder / "manifest.toml" in each.folder.iterdir()


def test_names_and_hints_fit_a_list_of_choices_in_80_columns(catalog: Catalog) -> None:
    """What does not fit is cut off: ` » ` stands before a choice, and ` » ○ ` before an extra."""
    for field in FIELDS:
        choices = field.choices(catalog, "2026-11") if field.choices else []
        before = " » ○ " if field.kind is list else " » "
        width = max((len(each.value) for each in choices), default=0)
        lines = [f"{before}{each.value:{width}}  {each.hint}" for each in choices]
        assert [line for line in lines if len(line) > 80] == []


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_every_variable_makes_sense(name: str, catalog: Catalog) -> None:
    for installer in INSTALLERS:
        for extras in subsets(catalog.can_have(name)):
            layers = catalog.layers(name, installer, extras)
            variables = [variable for layer in layers for variable in layer.variables]
            names = [variable.name for variable in variables]
            assert len(set(names)) == len(names)
            assert "PORT" not in names
            assert {"ALLOWED_HOSTS", "FORWARDED_ALLOW_IPS", "WEB_CONCURRENCY"} <= set(names)
            for variable in variables:
                assert re.fullmatch(r"[A-Z][A-Z0-9_]*", variable.name)
                assert re.fullmatch(r"[A-Za-z0-9./:,-]*", variable.default)
                assert re.fullmatch(r"[^|\n]+", variable.meaning)


# --- layers and locks ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "installer", "layers"),
    [
        (
            "flask",
            "pip",
            [
                "shared",
                "installers/pip",
                "servers/gunicorn",
                "libraries/hosts",
                "frameworks/flask",
                "locks/flask",
            ],
        ),
        (
            "fastapi",
            "uv",
            [
                "shared",
                "installers/uv",
                "servers/uvicorn",
                "libraries/hosts",
                "frameworks/fastapi",
                "locks/fastapi",
            ],
        ),
        (
            "django",
            "pip",
            [
                "shared",
                "installers/pip",
                "servers/gunicorn",
                "libraries/hosts",
                "libraries/secret",
                "frameworks/django",
                "locks/django",
            ],
        ),
    ],
)
def test_layers_the_general_before_the_special(
    name: str, installer: str, layers: list[str], catalog: Catalog
) -> None:
    assert _paths(catalog.layers(name, installer, []), catalog) == layers


def test_an_extra_that_is_wired_brings_its_wiring_its_libraries_and_a_lock(toys: Catalog) -> None:
    layers = toys.layers("flask", "pip", ["sign", "toy"])
    assert _paths(layers, toys) == [
        "shared",
        "installers/pip",
        "servers/gunicorn",
        "libraries/hosts",
        "libraries/toybox",
        "frameworks/flask",
        "extras/sign",
        "extras/toy",
        "frameworks/flask/with/toy",
        "locks/flask+toy",
    ]
    assert [layer.adds for layer in layers if layer.name == "toybox"] == [
        {"requirements": ("toylib",)}
    ]


def test_an_extra_that_is_not_wired_brings_itself_alone(toys: Catalog) -> None:
    for name in toys.frameworks:
        plain = _paths(toys.layers(name, "pip", []), toys)
        assert _paths(toys.layers(name, "pip", ["sign"]), toys) == [
            *plain[:-1],
            "extras/sign",
            plain[-1],
        ]


def test_a_library_that_several_layers_name_is_one_layer(toys: Catalog, tmp_path: Path) -> None:
    shutil.copytree(toys.root, tmp_path / "templates")
    put(
        tmp_path / "templates",
        {
            "extras/ball/manifest.toml": 'hint = "round"\nwired = true\n',
            "frameworks/flask/with/ball/manifest.toml": 'libraries = ["toybox", "attic"]\n',
            "libraries/attic/manifest.toml": "",
        },
    )
    catalog = Catalog(tmp_path / "templates")
    layers = _paths(catalog.layers("flask", "pip", ["ball", "toy"]), catalog)
    assert layers[3:6] == ["libraries/attic", "libraries/hosts", "libraries/toybox"]
    assert layers[-3:] == [
        "frameworks/flask/with/ball",
        "frameworks/flask/with/toy",
        "locks/flask+ball+toy",
    ]
    assert len(set(layers)) == len(layers)


def test_what_a_framework_can_have(toys: Catalog, catalog: Catalog) -> None:
    assert toys.can_have("flask") == ["sign", "toy"]
    assert toys.can_have("fastapi") == toys.can_have("django") == ["sign"]
    for name in catalog.frameworks:
        assert catalog.can_have(name) == sorted(catalog.can_have(name))
        assert set(catalog.can_have(name)) <= catalog.extras.keys()


def test_every_wiring_is_that_of_an_extra_and_every_library_is_used(catalog: Catalog) -> None:
    wirings = list(catalog.root.glob("frameworks/*/with/*"))
    assert wirings
    for path in wirings:
        assert catalog.extras[path.name].wired, path
        assert (path / "manifest.toml").is_file()
    used = {
        layer.name
        for name in catalog.frameworks
        for layer in catalog.layers(name, "pip", catalog.can_have(name))
        if layer.folder.parent.name == "libraries"
    }
    assert {path.name for path in (catalog.root / "libraries").iterdir()} == used


@pytest.mark.parametrize(
    ("extras", "lock"),
    [
        ([], "flask"),
        (["sign"], "flask"),
        (["toy"], "flask+toy"),
        (["sign", "toy"], "flask+toy"),
        (["toy", "sign"], "flask+toy"),
    ],
)
def test_the_lock_is_that_of_the_extras_that_bring_packages(
    extras: list[str], lock: str, toys: Catalog
) -> None:
    assert toys.lock("flask", extras) == toys.root / "locks" / lock


def test_the_name_of_a_lock_does_not_depend_on_the_order(catalog: Catalog) -> None:
    for name in catalog.frameworks:
        extras = catalog.can_have(name)
        assert catalog.lock(name, extras) == catalog.lock(name, list(reversed(extras)))


def test_the_locked_packages_are_those_of_all_locks(catalog: Catalog) -> None:
    names = set()
    for lock in (catalog.root / "locks").rglob("requirements*.txt"):
        names |= set(re.findall(r"^([A-Za-z0-9._-]+)==", lock.read_text("utf-8"), re.MULTILINE))
    assert {"flask", "fastapi", "django", "gunicorn", "uvicorn", "pytest"} <= names
    assert catalog.locked_packages == {re.sub(r"[-_.]+", "-", name).lower() for name in names}


# --- what is added by a folder ------------------------------------------------------------------

MANIFEST = """\
rank = 4
label = "Toy"
hint = "for play"
server = "gunicorn"
entry = "toy:app"
port = 8123
liveness = "/alive"
readiness = "/ready"
settings = "Nothing to set."

[source_edit]
file = "toy/__init__.py"
reruns = 2
steps = 10
runs = 0

[adds]
requirements = ["toylib"]

[[variables]]
name = "TOY_COLOUR"
default = "red"
meaning = "what it looks like"
"""


@pytest.fixture
def with_toy(catalog: Catalog, tmp_path: Path) -> Catalog:
    """What `templates/` would be with one more framework: a folder, and its locks."""
    templates = tmp_path / "templates"
    shutil.copytree(catalog.root, templates)
    put(
        templates,
        {
            "frameworks/toy/manifest.toml": MANIFEST,
            f"frameworks/toy/{PROJECT}/toy/__init__.py": 'NAME = "{{ cookiecutter.name }}"\n',
            f"locks/toy/{PROJECT}/requirements.txt": "toylib==1.0\n",
        },
    )
    return Catalog(templates)


def test_a_framework_is_added_by_a_folder(with_toy: Catalog) -> None:
    assert list(with_toy.frameworks) == [*FRAMEWORKS, "toy"]
    assert [(each.value, each.hint) for each in framework.choices(with_toy, "2026-11")][-1:] == [
        ("toy", "Toy on gunicorn: for play")
    ]
    texts = with_defaults({"name": "my-toy", "framework": "toy"}, with_toy)
    assert settle(texts, with_toy) == Answers(
        "my-toy", "toy", python.default({}, with_toy), 8123, "uv", ()
    )
    assert not [each for each in with_toy.can_have("toy") if with_toy.extras[each].wired]


def test_an_added_framework_renders(with_toy: Catalog, tmp_path: Path) -> None:
    folder = tmp_path / "my-toy"
    created = create(Answers("my-toy", "toy", "3.13", 8123, "pip", ()), with_toy, folder)
    paths = [file.path for file in created.files]
    assert {"toy/__init__.py", "requirements.txt", "Dockerfile", "gunicorn.conf.py"} <= set(paths)
    # What comes with the server, which any application can have.
    assert [path for path in paths if path.startswith("app/")] == ["app/proxy.py"]

    def text(path: str) -> str:
        return (folder / path).read_text("utf-8")

    assert text("toy/__init__.py") == 'NAME = "my-toy"\n'
    assert text("requirements.txt") == "toylib==1.0\n"
    assert {"toylib", "gunicorn"} <= set(text("requirements.in").splitlines())
    assert "/alive" in text("Dockerfile")
    assert "/ready" in text("README.md")
    assert "8123" in text("compose.yaml")
    assert "TOY_COLOUR" in text("README.md")
    assert "flask" not in text("Dockerfile").lower()


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_a_framework_brings_nothing_into_another_ones_project(
    name: str, with_toy: Catalog, catalog: Catalog
) -> None:
    texts = {"name": "my-shop", "framework": name, "with": "all"}
    answers = settle(with_defaults(texts, catalog), catalog)

    def paths(of: Catalog) -> list[str]:
        return [source.path for source in plan(answers, of).sources()]

    assert paths(with_toy) == paths(catalog)


def test_an_installer_is_added_by_a_folder(catalog: Catalog, tmp_path: Path) -> None:
    shutil.copytree(catalog.root, tmp_path / "templates")
    put(
        tmp_path / "templates",
        {
            "installers/hands/manifest.toml": 'rank = 3\nhint = "by hand"\n',
            "installers/hands/Dockerfile.jinja": (
                "{%- macro install(file, source, options) -%}\nRUN by-hand {{ file }}\n"
                "{%- endmacro -%}\n"
            ),
        },
    )
    with_hands = Catalog(tmp_path / "templates")
    assert list(with_hands.installers) == [*INSTALLERS, "hands"]
    folder = tmp_path / "my-shop"
    create(Answers("my-shop", "flask", "3.14", 8000, "hands", ()), with_hands, folder)
    dockerfile = (folder / "Dockerfile").read_text("utf-8")
    assert re.findall(r"RUN by-hand (\S+)", dockerfile) == [
        "requirements.txt",
        "requirements-dev.txt",
    ]
    assert " pip install " not in dockerfile


def test_an_extra_is_added_by_a_folder(toys: Catalog, tmp_path: Path) -> None:
    without = Answers("my-shop", "flask", "3.14", 8000, "pip", ())
    plain = tree(create(without, toys, tmp_path / "plain" / "my-shop").folder)
    answers = Answers("my-shop", "flask", "3.14", 8000, "pip", ("sign", "toy"))
    made = tree(create(answers, toys, tmp_path / "my-shop").folder)
    assert made.keys() - plain.keys() == {"SIGN", "app/toy.py", "app/toybox.py"}
    assert made["SIGN"] == b"my-shop\n"
    assert made["requirements.txt"] == b"toylib==1.0\n"
    assert b"\ntoylib\n" in made["requirements.in"]
    assert b"\nThere is a toy in my-shop.\n" in made["README.md"]
    assert b"| `TOY_COLOUR` | red | what it looks like |\n" in made["README.md"]
    assert b"\n# what it looks like\nTOY_COLOUR=red\n" in made[".env.example"]
    assert {path for path in made if b"toy" in made[path].lower()} == {
        ".dockerize.toml",
        ".env.example",
        "README.md",
        "app/__init__.py",
        "app/toy.py",
        "app/toybox.py",
        "requirements-dev.txt",
        "requirements.in",
        "requirements.txt",
    }
