"""Real builds: which of their numbered steps ran, and which were found in the cache."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.engine.engine import ENVIRONMENT
from tests.engine.oracle.cases import token
from tests.engine.progress import now, steps_run, vertexes

_TOOLS = Path(__file__).with_name("tools.sh")
_NAMES = (
    "adduser addgroup apk apt-get bun bundle cargo cmake composer conda corepack curl "
    "docker-php-ext-install dotnet go golangci-lint gradle hugo mix mvn node npm pip pipenv pnpm "
    "poetry pytest python ruff turbo uv yarn"
)
_STEP = re.compile(r"(\[(?:[^]]* )?\d+/\d+\]) (.*)", re.DOTALL)
_UNCOUNTED = ("FROM ", "LINK ")
# What stands in for every outside image: Debian, with the programs that Dockerfiles call.
_STAND_IN = f"""\
FROM debian:bookworm-slim
RUN useradd node && useradd app && useradd nginx
COPY --chmod=755 <<'SCRIPT' /usr/local/bin/stand-in
{_TOOLS.read_text("utf-8")}SCRIPT
RUN mkdir -p /usr/local/lib/tools && chmod 777 /var/lib && cd /usr/local/bin && \\
    for name in {_NAMES}; do ln -sf stand-in $name; done
"""


class Failed(Exception):
    """The engine refused a build, or a step of it ended badly: the corpus is wrong."""


@dataclass(frozen=True)
class Request:
    context: Path
    dockerfile: Path
    target: str | None = None
    args: Mapping[str, str] = field(default_factory=dict)
    contexts: Mapping[str, Path] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()

    def command(self) -> Iterator[str]:
        yield from ("docker", "buildx", "build", "--progress=rawjson", "--output=type=cacheonly")
        yield from ("--provenance=false", f"--file={self.dockerfile}")
        if self.target:
            yield f"--target={self.target}"
        yield from (f"--build-arg={name}={value}" for name, value in self.args.items())
        yield from (f"--build-context={name}={path}" for name, path in self.contexts.items())
        # Another value in every build, as none may ever be in a key.
        yield from (f"--secret=id={name},env=ORACLE_SECRET" for name in self.secrets)
        yield str(self.context)


@dataclass(frozen=True)
class Built:
    """Name of a numbered step (`[build 2/4]`) -> whether it ran; and -> its text."""

    ran: Mapping[str, bool]
    texts: Mapping[str, str]


def build(request: Request) -> Built:
    """Free merges of linked copies and FROM are left out."""
    begun = now()
    printed = _execute(tuple(request.command()), ORACLE_SECRET=token())
    ran: dict[str, bool] = {}
    texts: dict[str, str] = {}
    for name, run in steps_run(printed, begun).items():
        step = _STEP.fullmatch(name)
        if step is not None and not step[2].startswith(_UNCOUNTED):
            ran[step[1]] = run
            texts[step[1]] = step[2]
    return Built(ran, texts)


@dataclass(frozen=True)
class Images:
    """What stands in for a case's outside images: `prefix/node:22` for `node:22`.

    A prefix of the case's own keeps it from the cache, and from the images, of any other.
    """

    prefix: str
    texts: Mapping[str, str]
    tags: Mapping[str, str]

    def write_into(self, text: str) -> str:
        """A Dockerfile's text with the stand-ins' names, whatever variables stand in the tags."""
        repositories = {re.escape(name.partition(":")[0]) for name in self.texts}
        if not repositories:
            return text
        names = "|".join(sorted(repositories, key=len, reverse=True))
        # FROM, COPY --from=, a mount's from=, and an ARG that holds such a name.
        place = rf"(?im)(^FROM +(?:--\S+ +)*|from=|^ARG \w+=\"?)({names})(?=[:@\s\",]|$)"
        return re.sub(place, rf"\1{self.prefix}/\2", text)

    @contextmanager
    def others(self, names: Iterable[str]) -> Iterator[None]:
        """Images with other layers under these names, for a while."""
        chosen = {name: self.texts[name] for name in names}
        tags = _built(chosen)
        try:
            self.name(tags)
            yield
        finally:
            self.name({name: self.tags[name] for name in chosen})
            remove(set(tags.values()))

    def name(self, tags: Mapping[str, str]) -> None:
        """Let the case's names mean these images."""
        for name, tag in tags.items():
            _execute(("docker", "tag", tag, f"{self.prefix}/{name}"))

    @property
    def all_tags(self) -> tuple[str, ...]:
        return (*self.tags.values(), *(f"{self.prefix}/{name}" for name in self.tags))


@contextmanager
def stand_ins(texts: Mapping[str, str]) -> Iterator[Images]:
    """An image of its own for each name, with other layers than any before.

    A text is further lines of its Dockerfile, or all of them if they begin with FROM; `@NAME` is
    another name for the same image.
    """
    images = Images(f"dockerize-oracle-{token()}", texts, _built(texts))
    try:
        images.name(images.tags)
        yield images
    finally:
        remove(images.all_tags)


@contextmanager
def another_image() -> Iterator[str]:
    """The name of an image that there never was before."""
    (tag,) = _built({"another": ""}).values()
    try:
        yield tag
    finally:
        remove([tag])


def _built(texts: Mapping[str, str]) -> dict[str, str]:
    made = {name: _build_one(text) for name, text in texts.items() if not text.startswith("@")}
    return made | {name: made[text[1:]] for name, text in texts.items() if text.startswith("@")}


def _build_one(text: str) -> str:
    """Another layer is needed: images that differ in their settings alone share their cache."""
    tag = f"dockerize-oracle:{token()}"
    lines = text if text.startswith("FROM ") else f"{_STAND_IN}{text}"
    salted = f"{lines}\nCOPY <<WORD /etc/oracle\n{tag}\nWORD\n"
    command = ("docker", "buildx", "build", "--progress=rawjson", "--provenance=false")
    _execute((*command, f"--tag={tag}", "-"), salted)
    return tag


def remove(tags: Iterable[str]) -> None:
    if every := tuple(tags):
        subprocess.run(
            ("docker", "image", "rm", "-f", *every),
            env=ENVIRONMENT,
            capture_output=True,
            check=False,
        )


def _execute(command: tuple[str, ...], text: str | None = None, **environment: str) -> str:
    done = subprocess.run(
        command,
        input=text,
        env={**ENVIRONMENT, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode:
        raise Failed(f"{' '.join(command)}\n{_readable(done.stderr)}")
    return done.stderr


def _readable(output: str) -> str:
    """What went wrong, without the thousand lines of progress around it."""
    plain = [line for line in output.splitlines() if not line.startswith("{")]
    plain += [f"{each['name']}: {each['error']}" for each in vertexes(output) if each.get("error")]
    return "\n".join(plain[-20:])
