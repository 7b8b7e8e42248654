from __future__ import annotations

from pathlib import Path

import pytest

from tests.explain.rules.findings import fixed, found, one, only_told

RULE = "cache-mount"
BAD = """\
FROM python:3.14-slim
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
"""
GOOD = """\
FROM python:3.14-slim
COPY requirements.txt ./
RUN --mount=type=cache,target=/root/.cache/pip \\
    pip install -r requirements.txt
"""
MEASURED = (
    "with uv, for example, Flask added to a list of Django, gunicorn, redis and requests: with the"
    " cache kept 7 of 17 packages were downloaded (0.6 of 10.5 MB), without it all of them"
)


def test_pip_without_a_mount_is_found(tmp_path: Path) -> None:
    finding = one(tmp_path / "p", RULE, BAD)

    assert finding.line == 3
    assert finding.message == "each run of `pip install` downloads all it needs anew"
    assert finding.effect is None
    assert finding.measured == MEASURED
    assert fixed(tmp_path, finding, BAD) == GOOD


def test_the_fixed_file_is_clean(tmp_path: Path) -> None:
    assert found(tmp_path, RULE, GOOD) == []


def test_a_comment_silences_it(tmp_path: Path) -> None:
    assert found(tmp_path, RULE, BAD.replace("RUN", f"# dockerize: ignore={RULE}\nRUN")) == []


MOUNTS = {
    ("python", "uv sync"): "--mount=type=cache,target=/root/.cache/uv",
    ("python", "poetry install"): "--mount=type=cache,target=/root/.cache/pypoetry",
    ("node", "npm ci"): "--mount=type=cache,target=/root/.npm",
    ("node", "yarn"): "--mount=type=cache,target=/usr/local/share/.cache/yarn",
    ("node", "pnpm i"): "--mount=type=cache,target=/root/.local/share/pnpm/store",
    ("node", "bun install"): "--mount=type=cache,target=/root/.bun/install/cache",
    ("golang:1.25", "go mod download"): (
        "--mount=type=cache,target=/go/pkg/mod \\\n"
        "    --mount=type=cache,target=/root/.cache/go-build"
    ),
    ("debian", "go build ./..."): (
        "--mount=type=cache,target=/root/go/pkg/mod \\\n"
        "    --mount=type=cache,target=/root/.cache/go-build"
    ),
    ("rust:1", "cargo build --release"): "--mount=type=cache,target=/usr/local/cargo/registry",
    ("maven", "mvn -B clean package"): "--mount=type=cache,target=/root/.m2",
    ("gradle", "gradle :app:build"): "--mount=type=cache,target=/home/gradle/.gradle",
    ("eclipse-temurin", "./gradlew build"): "--mount=type=cache,target=/root/.gradle",
    ("composer", "composer install"): "--mount=type=cache,target=/tmp/cache",
    ("ruby", "bundle install"): "--mount=type=cache,target=/usr/local/bundle/cache",
    ("sdk", "dotnet restore"): "--mount=type=cache,target=/root/.nuget/packages",
}


@pytest.mark.parametrize(("image", "command"), MOUNTS)
def test_each_manager_gets_a_mount_at_its_own_folder(
    tmp_path: Path, image: str, command: str
) -> None:
    text = f"FROM {image}\nRUN {command}\n"

    assert fixed(tmp_path, one(tmp_path / "p", RULE, text), text) == (
        f"FROM {image}\nRUN {MOUNTS[image, command]} \\\n    {command}\n"
    )


def test_apt_is_kept_from_deleting_what_it_has_downloaded(tmp_path: Path) -> None:
    text = "FROM debian\nRUN apt-get update \\\n && apt-get install -y gcc\n"

    assert fixed(tmp_path, one(tmp_path / "p", RULE, text), text) == (
        "FROM debian\n"
        "RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \\\n"
        "    rm -f /etc/apt/apt.conf.d/docker-clean && \\\n"
        "    apt-get update \\\n && apt-get install -y gcc\n"
    )


def test_apk_takes_its_index_anew_without_its_flag(tmp_path: Path) -> None:
    text = "FROM alpine\nRUN apk add --no-cache gcc\n"

    assert fixed(tmp_path, one(tmp_path / "p", RULE, text), text) == (
        "FROM alpine\nRUN --mount=type=cache,target=/etc/apk/cache,sharing=locked \\\n"
        "    apk add --update-cache gcc\n"
    )


def test_two_managers_in_one_run_are_one_finding(tmp_path: Path) -> None:
    text = "FROM a\nRUN npm ci && pip install flask\n"

    assert one(tmp_path, RULE, text).message == (
        "each run of `npm ci` and `pip install` downloads all they need anew"
    )


@pytest.mark.parametrize(
    "command",
    [
        "pip install --upgrade pip setuptools",
        "pip install --no-index --find-links /wheels x",
        "pip install /wheels/*",
        "pip install --no-deps .",
        "npm install -g pnpm@9",
        "npm run build",
        "pip freeze",
        "dotnet publish --no-restore",
        "echo pip install x",
        "--mount=type=cache,target=/root/.cache pip install x",
        "--mount=type=cache,target=/my/cache PIP_CACHE_DIR=/my/cache pip install x",
    ],
)
def test_what_downloads_little_or_is_kept_is_left_alone(tmp_path: Path, command: str) -> None:
    assert found(tmp_path, RULE, f"FROM a\nRUN {command}\n") == []


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nUSER app\nRUN pip install x\n",
        "FROM a\nENV PIP_NO_CACHE_DIR=0\nRUN pip install x\n",
        "FROM a\nRUN pip install x && pip cache purge\n",
        "FROM a\nRUN pip install x && rm -rf /root/.cache\n",
        "FROM a\nRUN --network=host apt-get install x\n",
        "FROM a\nRUN npm ci\nRUN npm ci --offline\n",
        "FROM a\nRUN dotnet restore\nRUN dotnet publish --no-restore\n",
        "FROM a\nRUN mvn dependency:go-offline\nRUN mvn -o package\n",
        "FROM a AS d\nRUN cargo fetch\nFROM d\nRUN cargo build --offline\n",
        "FROM golang AS d\nRUN go mod download\nFROM b\nCOPY --from=d /go/pkg/mod /go/pkg/mod\n",
        "FROM a\nCOPY s.xml /root/.m2/settings.xml\nRUN mvn package\n",
        "FROM a\nENV PIP_CACHE_DIR=/c\nRUN pip install x\n",
        "FROM a\nRUN pip install --cache-dir /c x\n",
        "FROM a\nRUN XDG_CACHE_HOME=/c pip install x\n",
        "FROM a\nENV UV_LINK_MODE=symlink\nRUN uv sync\n",
        "FROM a\nENV npm_config_cache=/c\nRUN npm ci\n",
        "FROM a\nRUN pip install x && rm -rf ~/.cache\n",
        "FROM a\nRUN pip install x && rm -rf $HOME/.cache/pip\n",
        "FROM a\nRUN pip install x && rm -rf $CACHE\n",
        "FROM rust\nRUN cargo build && rm -rf /usr/local/cargo/registry\n",
        "FROM golang\nRUN go build && go clean -modcache\n",
        "FROM golang AS d\nRUN go get\nFROM b\nRUN --mount=from=d,source=/go,target=/g x\n",
        "FROM golang AS d\nRUN go mod download\nFROM b\nCOPY --from=d / /\n",
        "FROM golang\nRUN go mod download\nRUN --network=none sh build.sh\n",
    ],
)
def test_what_a_person_has_to_decide_has_no_fix(tmp_path: Path, text: str) -> None:
    assert one(tmp_path, RULE, text).fix is None


def test_a_later_yarn_keeps_its_downloads_elsewhere(tmp_path: Path) -> None:
    text = "FROM a\nCOPY . .\nRUN yarn install --immutable\n"

    assert one(tmp_path / "1", RULE, text, ["yarn.lock"]).fix is not None
    assert one(tmp_path / "2", RULE, text, ["yarn.lock", ".yarnrc.yml"]).fix is None


OFF = [
    ("", "pip install --no-cache-dir x", "--no-cache-dir"),
    ("ENV PIP_NO_CACHE_DIR=1\n", "pip install x", "PIP_NO_CACHE_DIR"),
    ("", "PIP_NO_CACHE_DIR=1 pip install x", "PIP_NO_CACHE_DIR"),
]


@pytest.mark.parametrize(("above", "command", "why"), OFF)
def test_a_mount_that_is_switched_off_is_told(
    tmp_path: Path, above: str, command: str, why: str
) -> None:
    text = f"FROM a\n{above}RUN --mount=type=cache,target=/root/.cache/pip {command}\n"

    assert only_told(tmp_path, RULE, text).message == (
        f"`pip install` keeps nothing in its cache mount, as {why} says so"
    )


def test_a_mount_of_one_manager_does_not_serve_another(tmp_path: Path) -> None:
    text = "FROM a\nRUN --mount=type=cache,target=/root/.npm npm ci && pip install flask\n"

    assert one(tmp_path, RULE, text).message == (
        "each run of `pip install` downloads all it needs anew"
    )


def test_modules_that_a_step_above_keeps_are_not_downloaded_again(tmp_path: Path) -> None:
    text = "FROM golang\nRUN go mod download\nRUN go build .\n"

    finding = one(tmp_path, RULE, text)
    assert (finding.line, finding.fix) == (2, None)


def test_a_link_mode_that_copies_is_no_obstacle(tmp_path: Path) -> None:
    text = "FROM a\nENV UV_LINK_MODE=copy\nRUN uv sync\n"

    assert one(tmp_path, RULE, text).fix is not None
