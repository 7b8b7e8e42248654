from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.explain.rules.findings import FLASK, Files, fixed, found, gains, one, only_told

RULE = "copy-before-install"
BAD = """\
FROM python:3.14-slim
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
CMD ["python", "-m", "app.main"]
"""
GOOD = """\
FROM python:3.14-slim
WORKDIR /app
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY . .
CMD ["python", "-m", "app.main"]
"""


def test_source_before_pip_is_found_with_its_cost_and_its_gain(tmp_path: Path) -> None:
    finding = one(tmp_path / "p", RULE, BAD)

    assert finding.line == 3
    assert finding.message == "every source edit re-runs `pip install` (line 4)"
    assert gains(finding) == [("app/main.py", 2, 1, 1, 0)]
    assert fixed(tmp_path, finding, BAD) == GOOD


def test_the_fixed_file_is_clean(tmp_path: Path) -> None:
    assert found(tmp_path, RULE, GOOD) == []


def test_a_comment_silences_it(tmp_path: Path) -> None:
    text = BAD.replace("COPY . .", f"# dockerize: ignore={RULE}\nCOPY . .")

    assert found(tmp_path, RULE, text) == []


def test_included_requirement_files_are_copied_too(tmp_path: Path) -> None:
    files = {
        "app/main.py": "",
        "requirements.txt": "-r requirements/base.txt\n-c limits.txt\n",
        "requirements/base.txt": "flask\n",
        "limits.txt": "",
    }

    text = fixed(tmp_path, one(tmp_path / "p", RULE, BAD, files), BAD)

    assert (
        "COPY limits.txt requirements.txt ./\nCOPY requirements/base.txt ./requirements/\n" in text
    )


def test_a_copy_above_a_workdir_keeps_its_place(tmp_path: Path) -> None:
    text = "FROM a\nWORKDIR /srv\nCOPY . app\nWORKDIR app\nRUN pip install -r requirements.txt\n"

    assert fixed(tmp_path, one(tmp_path / "p", RULE, text), text) == (
        "FROM a\nWORKDIR /srv\nCOPY requirements.txt app/\nWORKDIR app\n"
        "RUN pip install -r requirements.txt\nCOPY . /srv/app\n"
    )


def test_flags_stay_with_both_copies(tmp_path: Path) -> None:
    text = "FROM a\nCOPY --chown=1:1 . /app/\nWORKDIR /app\nRUN pip install -r requirements.txt\n"

    assert fixed(tmp_path, one(tmp_path / "p", RULE, text), text) == (
        "FROM a\nCOPY --chown=1:1 requirements.txt /app/\nWORKDIR /app\n"
        "RUN pip install -r requirements.txt\nCOPY --chown=1:1 . /app/\n"
    )


def test_the_systems_packages_need_no_file_at_all(tmp_path: Path) -> None:
    text = "FROM a\nCOPY . /app\nRUN apt-get update && apt-get install -y gcc\n"
    finding = one(tmp_path / "p", RULE, text)

    assert finding.message == "every source edit re-runs `apt-get install` (line 3)"
    assert fixed(tmp_path, finding, text) == (
        "FROM a\nRUN apt-get update && apt-get install -y gcc\nCOPY . /app\n"
    )


def test_a_run_that_goes_on_to_build_is_cut_in_two(tmp_path: Path) -> None:
    text = "FROM node\nWORKDIR /app\nCOPY . .\nRUN npm ci \\\n && npm run build\n"
    files = {"package.json": '{"name": "x"}', "package-lock.json": "{}", "src/index.ts": ""}
    finding = one(tmp_path / "p", RULE, text, files)

    assert finding.effect is None
    assert finding.measured == (
        "the fix cuts one RUN in two, so a count of RUNs does not tell; simulated, the part that"
        " installs does not re-run"
    )
    assert fixed(tmp_path, finding, text) == (
        "FROM node\nWORKDIR /app\nCOPY package-lock.json package.json ./\nRUN npm ci\n"
        "COPY . .\nRUN npm run build\n"
    )


MANIFESTS: dict[str, tuple[str, Files]] = {
    "uv sync --frozen --no-install-project": (
        "pyproject.toml uv.lock",
        {"pyproject.toml": "[build-system]\n", "uv.lock": ""},
    ),
    "uv sync": ("pyproject.toml uv.lock", {"pyproject.toml": "[project]\n", "uv.lock": ""}),
    "poetry install --no-root": (
        "poetry.lock pyproject.toml",
        {"pyproject.toml": "", "poetry.lock": ""},
    ),
    "pipenv sync": ("Pipfile Pipfile.lock", {"Pipfile": "", "Pipfile.lock": ""}),
    "yarn --frozen-lockfile": ("package.json yarn.lock", {"package.json": "{}", "yarn.lock": ""}),
    "pnpm install": (
        "package.json pnpm-lock.yaml",
        {"package.json": "{}", "pnpm-lock.yaml": ""},
    ),
    "bun install": ("bun.lock package.json", {"package.json": "{}", "bun.lock": ""}),
    "go mod download": ("go.mod go.sum", {"go.mod": "module x\n", "go.sum": ""}),
    "bundle install": ("Gemfile Gemfile.lock", {"Gemfile": "gem 'rack'\n", "Gemfile.lock": ""}),
    "composer install --no-scripts --no-autoloader": (
        "composer.json composer.lock",
        {"composer.json": "{}", "composer.lock": "{}"},
    ),
    "mvn dependency:go-offline": ("pom.xml", {"pom.xml": "<project/>"}),
}


@pytest.mark.parametrize("command", MANIFESTS)
def test_each_manager_is_given_its_own_lists(tmp_path: Path, command: str) -> None:
    listed, files = MANIFESTS[command]
    text = f"FROM a\nWORKDIR /app\nCOPY . .\nRUN {command}\n"
    finding = one(tmp_path / "p", RULE, text, {**dict(files), "src/main.go": ""})  # type: ignore[arg-type]

    assert fixed(tmp_path, finding, text) == (
        f"FROM a\nWORKDIR /app\nCOPY {listed} ./\nRUN {command}\nCOPY . .\n"
    )


UNMOVED = {
    "the project itself is installed": ("pip install .", {"requirements.txt": ""}),
    "a requirement is a folder": ("pip install -r requirements.txt", {"requirements.txt": "-e ."}),
    "the list is not there": ("pip install -r missing.txt", {}),
    "a script of the project runs": (
        "npm ci",
        {"package.json": '{"scripts": {"postinstall": "node a.js"}}', "package-lock.json": ""},
    ),
    "workspaces have lists of their own": (
        "npm ci",
        {"package.json": '{"workspaces": ["a"]}', "package-lock.json": ""},
    ),
    "uv installs the project": ("uv sync", {"pyproject.toml": "[build-system]", "uv.lock": ""}),
    "a module lies beside": ("go mod download", {"go.mod": "replace a => ../a", "go.sum": ""}),
    "a loop installs": ("for n in a b; do pip install $n; done", {}),
}


_PACKAGE = {"package.json": "{}", "package-lock.json": ""}
_PYTHON = {"pyproject.toml": "[project]", "uv.lock": "", "poetry.lock": ""}
# What an installation may read beside its lists, or what cannot be told: command, files.
MORE = [
    ("pip install -r requirements.txt", {"requirements.txt": "vendor/foo.whl"}),
    ("pip install -r requirements.txt", {"requirements.txt": "foo.tar.gz"}),
    ("pip install -r requirements.txt", {"requirements.txt": "\ufeff-e ."}),
    ("pip install -r requirements.txt wheels/a.whl", {"requirements.txt": "flask"}),
    ("pip install -r requirements.txt --find-links=./w", {"requirements.txt": "flask"}),
    ("pip install -r requirements.txt -e.", {"requirements.txt": "flask"}),
    ("pip install -r requirements.txt --editable=.", {"requirements.txt": "flask"}),
    ("pip install --group=dev", {}),
    ("uv pip install -r requirements.txt --overrides=o.txt", {"requirements.txt": "flask"}),
    ("PIP_CONSTRAINT=c.txt pip install -r requirements.txt", {"requirements.txt": "flask"}),
    ("uv --project sub sync", _PYTHON),
    ("uv sync", {**_PYTHON, "pyproject.toml": "tool.uv.sources.a = [{path = 'b'}]"}),
    ("uv sync", {**_PYTHON, "pyproject.toml": "[tool.uv]\nfind-links = ['w']"}),
    ("uv sync", {**_PYTHON, "pyproject.toml": "no toml"}),
    ("poetry install --no-root", {**_PYTHON, "pyproject.toml": "a = {file = 'w/a.whl'}"}),
    ("poetry -C sub install --no-root", _PYTHON),
    ("npm ci", {**_PACKAGE, "package.json": "no json"}),
    ("npm ci", {**_PACKAGE, "binding.gyp": ""}),
    ("npm ci", {**_PACKAGE, "node_modules/a/b.js": ""}),
    ("npm ci", {**_PACKAGE, "package.json": '{"overrides": {"a": "file:./a"}}'}),
    ("npm ci --prefix=frontend", _PACKAGE),
    ("yarn --cwd=frontend install", {"package.json": "{}", "yarn.lock": ""}),
    ("go -C sub mod download", {"go.mod": "", "go.sum": ""}),
    ("mvn -s settings.xml dependency:go-offline", {"pom.xml": "<project/>"}),
    ("mvn dependency:go-offline", {"pom.xml": "<parent><relativePath/></parent>"}),
    ("bundle install", {"Gemfile": "ruby file: '.tool-versions'", "Gemfile.lock": ""}),
    ("bundle install --gemfile=sub/Gemfile", {"Gemfile": "gem 'a'", "Gemfile.lock": ""}),
    ("bin/bundle install", {"Gemfile": "gem 'a'", "Gemfile.lock": "", "bin/bundle": ""}),
    ("/app/bin/bundle install", {"Gemfile": "gem 'a'", "Gemfile.lock": "", "bin/bundle": ""}),
    ("pip install -i file:///app/idx -r requirements.txt", {"requirements.txt": "foo"}),
    ("pip install -r requirements.txt", {"requirements.txt": "--index-url file:///app/i\nfoo"}),
    ("PIP_INDEX_URL=file:///app/i pip install -r requirements.txt", {"requirements.txt": "foo"}),
    ("pip install --cert ca.pem -r requirements.txt", {"requirements.txt": "foo"}),
    ("npm ci", {**_PACKAGE, "package.json": '{"scripts": {"prepublish": "node build.js"}}'}),
    ("npm ci", {**_PACKAGE, ".npmrc": "cafile=ca.pem"}),
    ("yarn install", {"package.json": "{}", "yarn.lock": "", ".yarnrc.yml": "yarnPath: y.cjs"}),
    ("uv sync", {**_PYTHON, "pyproject.toml": "[tool.uv.workspace]\nmembers = ['packages/*']"}),
    ("mvn dependency:go-offline", {"pom.xml": "<url>file://${project.basedir}/repo</url>"}),
]


@pytest.mark.parametrize(("command", "files"), MORE)
def test_what_may_read_more_than_its_lists_is_told_and_not_moved(
    tmp_path: Path, command: str, files: dict[str, str]
) -> None:
    text = f"FROM a\nWORKDIR /app\nCOPY . .\nRUN {command}\n"
    finding = only_told(tmp_path, RULE, text, {**files, "app/main.py": ""})

    assert finding.line == 3
    assert re.fullmatch(r"every source edit re-runs `[^`]+` \(line 4\)", finding.message)


@pytest.mark.parametrize("name", ["PIP_FIND_LINKS", "PIP_CONFIG_FILE", "UV_OVERRIDE"])
def test_a_variable_may_name_a_file(tmp_path: Path, name: str) -> None:
    only_told(tmp_path, RULE, BAD.replace("COPY", f"ENV {name}=/app/x\nCOPY", 1))


def test_a_variable_may_lead_to_a_file(tmp_path: Path) -> None:
    only_told(tmp_path, RULE, BAD.replace("COPY", "ENV PIP_INDEX_URL=file:///app/i\nCOPY", 1))


@pytest.mark.parametrize("folder", ["/var/www/html", "/usr/share/nginx/html", "/tmp/build"])
def test_what_is_removed_from_the_source_is_not_copied_after_that(
    tmp_path: Path, folder: str
) -> None:
    install = "apt-get update && apt-get install -y git"
    text = f"FROM a\nWORKDIR {folder}\nCOPY . .\nRUN rm -rf {folder}/secrets && {install}\n"

    only_told(tmp_path, RULE, text)


def test_the_systems_packages_stay_below_their_own_settings(tmp_path: Path) -> None:
    text = "FROM a\nCOPY . /\nRUN apt-get update && apt-get install -y git\n"

    files = {"app/main.py": "", "etc/apt/sources.list.d/corp.list": ""}
    only_told(tmp_path / "with", RULE, text, files)
    assert one(tmp_path / "without", RULE, text, {"app/main.py": ""}).fix is not None


@pytest.mark.parametrize("why", UNMOVED)
def test_what_no_program_can_move_is_told(tmp_path: Path, why: str) -> None:
    command, files = UNMOVED[why]
    text = f"FROM a\nWORKDIR /app\nCOPY . .\nRUN {command}\n"

    only_told(tmp_path, RULE, text, {**files, "app/main.py": ""})


# What is above the copy of the source, and what is below it.
GOES_ON = [
    ("", "make"),
    ("", "cat requirements.txt | xargs pip install"),
    ("", "pip install --no-deps ."),
    ("", "go build ./..."),
    ("", "cargo build --release"),
    ("", "mvn -B package"),
    ("", "./gradlew bootJar"),
    ("", "dotnet publish"),
    ("", "apt-get install -y ./packages/mine.deb"),
    ("COPY requirements.txt .\nRUN pip install -r requirements.txt\n", "pip install ."),
    ("COPY uv.lock .\nRUN uv sync --no-install-project\n", "uv sync"),
    ("RUN --mount=type=bind,source=uv.lock,target=l uv sync --no-install-project\n", "uv sync"),
    ("COPY composer.json .\nRUN composer install --no-scripts\n", "composer install"),
]


@pytest.mark.parametrize(("above", "command"), GOES_ON)
def test_what_builds_or_has_its_packages_already_is_left_alone(
    tmp_path: Path, above: str, command: str
) -> None:
    text = f"FROM a\nWORKDIR /app\n{above}COPY . .\nRUN {command}\n"
    files = ["app/main.py", "requirements.txt", "uv.lock", "composer.json"]

    assert found(tmp_path, RULE, text, files) == []


def test_a_tool_above_is_none_of_the_packages(tmp_path: Path) -> None:
    text = "FROM a\nRUN pip install gunicorn\nCOPY . .\nRUN pip install .\n"

    assert only_told(tmp_path, RULE, text).line == 3


def test_source_that_comes_from_another_stage_is_source(tmp_path: Path) -> None:
    text = (
        "FROM scratch AS ctx\nCOPY --chmod=u=rwX,go=rX . /\n"
        "FROM a\nWORKDIR /app\nCOPY --from=ctx / .\nRUN pip install -r requirements.txt\n"
    )
    finding = only_told(tmp_path, RULE, text)

    assert finding.line == 5
    assert finding.message == "every source edit re-runs `pip install` (line 6)"


def test_a_folder_that_is_not_the_source_is_none(tmp_path: Path) -> None:
    text = "FROM a\nCOPY package.json .\nCOPY prisma prisma\nRUN npm ci\nCOPY src src\n"
    files = {"package.json": '{"workspaces": []}', "prisma/seed.ts": "", "src/a.ts": ""}

    assert found(tmp_path, RULE, text, {**files, "src/b.ts": ""}) == []


def test_settings_and_a_part_that_an_installation_needs_are_no_source(tmp_path: Path) -> None:
    text = (
        "FROM a AS vendor\nCOPY composer.json .\nCOPY database database\nRUN composer install\n"
        "FROM a AS web\nCOPY package.json vite.config.js .\nRUN npm ci\nCOPY js js\nRUN make\n"
        "FROM a\nCOPY . .\nCOPY --from=vendor /vendor .\nCOPY --from=web /dist .\n"
    )
    files = ["database/seed.php", "app/a.php", "app/b.php", "js/a.js", "vite.config.js"]

    assert found(tmp_path, RULE, text, [*files, "composer.json", "package.json"]) == []


def test_each_stage_has_its_own_source(tmp_path: Path) -> None:
    text = (
        "FROM a AS web\nCOPY web .\nRUN npm ci\n"
        "FROM a\nCOPY api/requirements.txt .\nRUN pip install -r requirements.txt\nCOPY api .\n"
        "COPY --from=web /dist /dist\n"
    )
    files = {"web/a.ts": "", "api/a.py": "", "api/b.py": "", "api/requirements.txt": ""}
    finding = only_told(tmp_path, RULE, text, files)

    assert (finding.line, finding.message) == (2, "every source edit re-runs `npm ci` (line 3)")


def test_an_unknown_command_between_stops_the_move(tmp_path: Path) -> None:
    text = "FROM a\nCOPY . /app\nRUN /app/prepare.sh\nRUN apt-get install -y gcc\n"

    only_told(tmp_path, RULE, text)


def test_a_copy_that_hides_the_source_stops_the_move(tmp_path: Path) -> None:
    text = "FROM a\nCOPY . /app\nCOPY other.cfg /app/setup.cfg\nRUN apt-get install -y gcc\n"

    only_told(tmp_path, RULE, text, {**FLASK, "other.cfg": ""})


def test_a_copy_of_lists_alone_is_no_source(tmp_path: Path) -> None:
    text = "FROM a\nCOPY requirements.txt setup.cfg /\nRUN pip install -r /requirements.txt\n"

    assert found(tmp_path, RULE, text, {**FLASK, "setup.cfg": ""}) == []


def test_a_stage_that_the_target_does_not_need_is_not_looked_at(tmp_path: Path) -> None:
    assert found(tmp_path, RULE, f"{BAD}FROM scratch\nCOPY app /\n") == []


@pytest.mark.parametrize(
    ("file", "moves"),
    [
        ("rootfs/etc/pip.conf", False),
        ("rootfs/root/.config/pip/pip.conf", False),
        ("rootfs/root/.netrc", False),
        ("rootfs/opt/pip.conf", False),
        ("rootfs/opt/tool.py", True),
    ],
)
def test_settings_outside_the_project_keep_their_place(
    tmp_path: Path, file: str, *, moves: bool
) -> None:
    text = "FROM a\nCOPY requirements.txt /\nCOPY rootfs/ /\nRUN pip install -r /requirements.txt\n"

    finding = one(tmp_path, RULE, text, ["requirements.txt", "rootfs/app/main.py", file])
    assert (finding.fix is not None) == moves
