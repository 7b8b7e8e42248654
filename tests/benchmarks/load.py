"""Generated services under load, beside the framework's development server.

    .venv/bin/python -m tests.benchmarks.load [--frameworks flask] [--pairs N] [--study]

The service runs from its image as it is configured, with the limits that compose.yaml gives it; the
development server runs the same application in the project's dev image, with the same limits. Both
have the host's network, so that no proxy is in between, and listen on the loopback. `wrk` keeps 50
connections busy with

- page: the greeting page, connections kept;
- new connections: the same, each request on a connection of its own;
- waiting page: one that waits 50 ms, as for a database; added to the project for this.

Each is measured on one server right after the other, and each time another one first; printed are
medians of the rounds' ratios, the least and the most. Errors are answers other than 200 and
connections that were cut. Memory is taken at rest, after the first answer and while none of the
others runs: what the processes have (RSS counts what they share in each of them, PSS shares it
out, also with whatever else runs from the same base image), and what the container is charged for.

"Kept idle" is how long a connection was left unused and still answered on, of 1, 3 and 6 seconds:
a proxy that keeps its connections longer than the server gets some of them closed as it sends.

With `--study` it is the service with other settings that is beside the service as it is generated.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import shutil
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.benchmarks.turns import chosen, in_turns, ratio, remove_images, scratch, secrets
from tests.engine.engine import CATALOG, FRAMEWORKS, add_page, docker, execute, free_port, make

CONNECTIONS = 50
# A page that waits, as any page does that asks something else.
WAITING = {
    "flask": """
@blueprint.get("/waiting")
def waiting() -> str:
    time.sleep(0.05)
    return "waited"
""",
    "fastapi": """
@router.get("/waiting")
async def waiting() -> str:
    await asyncio.sleep(0.05)
    return "waited"
""",
    "django": """
def waiting(request: HttpRequest) -> HttpResponse:
    time.sleep(0.05)
    return HttpResponse("waited")
""",
}
LOADS = {
    "page": ("/",),
    "new connections": ("/", "-H", "Connection: close"),
    "waiting page": ("/waiting",),
}
# As their tutorials start them.
DEVELOPMENT = {
    "flask": "flask --app {entry} run --port {port}",
    "fastapi": "uvicorn {entry} --reload --port {port}",
    "django": "python manage.py runserver 127.0.0.1:{port}",
}
# Prints the KiB that all other processes of the container have: RSS, PSS.
MEMORY = r"""
import os, pathlib, re
rss = pss = 0
for process in pathlib.Path("/proc").glob("[0-9]*"):
    if process.name != str(os.getpid()):
        text = (process / "smaps_rollup").read_text()
        rss += int(re.search(r"(?m)^Rss: *(\d+)", text)[1])
        pss += int(re.search(r"(?m)^Pss: *(\d+)", text)[1])
print(rss, pss)
"""
GAPS = (1.0, 3.0, 6.0)


@dataclass(frozen=True)
class Variant:
    """A server: its image, its command if it is another one, what is edited in its settings."""

    tag: str
    command: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    edits: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Answer:
    """Requests in a second; milliseconds that 99 of 100 were answered in; errors."""

    rate: float
    slowest: float
    errors: int


@dataclass(frozen=True)
class Serving:
    """A container and where it listens."""

    ident: str
    port: int

    def inside(self, program: str) -> str:
        return docker("exec", self.ident, "python", "-I", "-c", program)


def threads(number: int) -> tuple[tuple[str, str], ...]:
    return (("threads = 16", f"threads = {number}"),)


def arguments(text: str) -> tuple[tuple[str, str], ...]:
    return (("        proxy_headers=False,", f"        proxy_headers=False, {text},"),)


# By server: settings beside the default ones.
STUDY: dict[str, dict[str, tuple[tuple[str, ...], tuple[tuple[str, str], ...]]]] = {
    "gunicorn": {
        "1 worker": (("WEB_CONCURRENCY=1",), ()),
        "4 workers": (("WEB_CONCURRENCY=4",), ()),
        "4 threads": ((), threads(4)),
        "8 threads": ((), threads(8)),
        "32 threads": ((), threads(32)),
        "no preload": ((), (("preload_app = True", "preload_app = False"),)),
        "heartbeat in /tmp": ((), (("worker_tmp_dir =", "worker_tmp_dir = None #"),)),
        "keep-alive 5 s": ((), (("threads = 16", "threads = 16\nkeepalive = 5"),)),
    },
    "uvicorn": {
        "2 workers": (("WEB_CONCURRENCY=2",), ()),
        "4 workers": (("WEB_CONCURRENCY=4",), ()),
        "asyncio, httptools": ((), arguments('loop="asyncio"')),
        "uvloop, h11": ((), arguments('http="h11"')),
        "asyncio, h11": ((), arguments('loop="asyncio", http="h11"')),
        "keep-alive 2 s": ((), arguments("timeout_keep_alive=2")),
    },
}


def images(folder: Path, framework: str) -> tuple[Path, str, str]:
    """Return the project with the waiting page, its image and its dev image."""
    project = make(folder, framework, "benchmark")
    add_page(project, framework, "waiting", WAITING[framework])
    web, dev = (f"benchmark-{framework}-{kind}:{os.getpid()}" for kind in ("web", "dev"))
    docker("build", "-t", web, ".", cwd=project)
    docker("build", "-t", dev, "--target=dev", ".", cwd=project)
    return project, web, dev


def limits(project: Path) -> tuple[str, ...]:
    """Return what compose.yaml limits the service to, as arguments of `docker run`."""
    compose = (project / "compose.yaml").read_text("utf-8")
    found = {key: re.search(rf"(?m)^ +{key}: (\S+)$", compose) for key in ("cpus", "mem_limit")}
    cpus, memory = (each[1] for each in found.values() if each)
    return (f"--cpus={cpus}", f"--memory={memory}")


@contextmanager
def serving(variant: Variant, project: Path, framework: str) -> Iterator[Serving]:
    """Run it on a free port of the loopback; it has answered once."""
    port, config = free_port(), CATALOG.server(framework).config
    settings = (project / config).read_text("utf-8")
    for old, new in (("0.0.0.0", "127.0.0.1"), *variant.edits):
        assert old in settings, f"{old!r} is not in {config}"
        settings = settings.replace(old, new)
    changed = project / f".{port}-{config}"
    changed.write_text(settings, "utf-8", newline="\n")
    command = [each.format(port=port) for each in variant.command]
    environment = (f"PORT={port}", *variant.environment)
    ident = docker(
        *("run", "-d", "--init", "--network=host", "-v", f"{changed}:/app/{config}:ro"),
        *(*limits(project), *secrets(framework), *(f"--env={each}" for each in environment)),
        *(variant.tag, *command),
    ).strip()
    try:
        wait_for(port)
        yield Serving(ident, port)
    finally:
        docker("rm", "-f", ident)


def at_rest(server: Serving) -> str:
    """Return its memory in a line."""
    # What the start has left over is gone then.
    time.sleep(2)
    rss, pss = (int(each) / 1024 for each in server.inside(MEMORY).split())
    # As `docker stats` counts: without files that can be dropped.
    usage = docker("stats", "--no-stream", "--format", "{{.MemUsage}}", server.ident)
    number, unit = re.findall(r"([\d.]+)([A-Za-z]+)", usage.split("/")[0])[0]
    charged = float(number) * {"KiB": 1 / 1024, "MiB": 1, "GiB": 1024}[str(unit)]
    return f"RSS {rss:6.1f}, PSS {pss:6.1f}, container {charged:6.1f} MiB"


def wait_for(port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/")
            assert connection.getresponse().status == 200
            return
        time.sleep(0.1)
    raise SystemExit("the server does not answer")


def kept_idle(port: int) -> float:
    """Seconds, of those in GAPS, that a connection may lie unused and is still answered on."""
    kept = 0.0
    for gap in GAPS:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/")
        connection.getresponse().read()
        time.sleep(gap)
        # One that was closed would be opened anew.
        connection.auto_open = 0
        with suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/")
            connection.getresponse().read()
            kept = gap
        connection.close()
    return kept


def load(port: int, path: str, *options: str, seconds: int) -> Answer:
    wrk = ("wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout=10s", "--latency")
    told = execute(*wrk, *options, f"http://127.0.0.1:{port}{path}").stdout
    rate = re.findall(r"Requests/sec: +([\d.]+)", told)[0]
    slowest, unit = re.findall(r" 99% +([\d.]+)(us|ms|s|m)\s", told)[0]
    refused = re.findall(r"Non-2xx or 3xx responses: (\d+)", told)
    cut = re.findall(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", told)
    return Answer(
        float(rate),
        float(slowest) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[unit],
        sum(map(int, (*refused, *(number for each in cut for number in each)))),
    )


def measure(
    running: dict[str, Serving], pairs: int, seconds: int
) -> dict[str, dict[str, list[Answer]]]:
    """By load, then by server, one for each round."""
    found: dict[str, dict[str, list[Answer]]] = {}
    for round_ in range(-1, pairs):
        for name, (path, *options) in LOADS.items():
            measures = {
                each: partial(load, server.port, path, *options, seconds=seconds)
                for each, server in running.items()
            }
            for each, answer in in_turns(measures, round_).items():
                found.setdefault(name, {}).setdefault(each, []).append(answer)
    # The first one is there to warm up.
    return {
        name: {each: answers[1:] for each, answers in servers.items()}
        for name, servers in found.items()
    }


def print_load(name: str, servers: dict[str, list[Answer]], one: str, other: str) -> None:
    ours, theirs = servers[one], servers[other]
    rate = ratio([each.rate for each in ours], [each.rate for each in theirs])
    slowest = ratio([each.slowest for each in ours], [each.slowest for each in theirs])
    print(
        f"    {name:16} {rate!s:>23} {slowest!s:>23}   {medians(ours)} : {medians(theirs)}",
        flush=True,
    )


def medians(answers: Sequence[Answer]) -> str:
    rate = statistics.median(each.rate for each in answers)
    slowest = statistics.median(each.slowest for each in answers)
    errors = sum(each.errors for each in answers)
    return f"{rate:.0f}/s {slowest:.0f} ms" + (f" ({errors} ERRORS)" if errors else "")


def run_all(
    variants: dict[str, Variant], project: Path, framework: str, stack: ExitStack
) -> dict[str, Serving]:
    """Print what each is at rest, by itself; then run them all."""
    for name, each in variants.items():
        with serving(each, project, framework) as server:
            memory, kept = at_rest(server), kept_idle(server.port)
        print(f"    {name:20} {memory}; kept idle {kept:.0f} s", flush=True)
    return {
        name: stack.enter_context(serving(each, project, framework))
        for name, each in variants.items()
    }


def compare(framework: str, pairs: int, seconds: int) -> None:
    server = CATALOG.server(framework).label
    with scratch() as folder, ExitStack() as stack:
        project, web, dev = images(folder, framework)
        stack.callback(remove_images, [web, dev])
        command = DEVELOPMENT[framework].replace("{entry}", CATALOG.frameworks[framework].entry)
        shown = command.format(port="PORT")
        print(f"{framework}: {server} : {shown}, {' '.join(limits(project))}")
        variants = {server: Variant(web), "development": Variant(dev, tuple(command.split()))}
        running = run_all(variants, project, framework, stack)
        print(f"    {'':16} {'requests/s':>23} {'99th percentile':>23}   {server} : development")
        for name, answers in measure(running, pairs, seconds).items():
            print_load(name, answers, server, "development")


def study(framework: str, pairs: int, seconds: int) -> None:
    server = CATALOG.server(framework).label
    default = "as generated"
    with scratch() as folder, ExitStack() as stack:
        project, web, dev = images(folder, framework)
        stack.callback(remove_images, [web, dev])
        print(f"{framework}: {server} with other settings, {' '.join(limits(project))}")
        variants = {default: Variant(web)} | {
            name: Variant(web, environment=environment, edits=edits)
            for name, (environment, edits) in STUDY[server].items()
        }
        found = measure(run_all(variants, project, framework, stack), pairs, seconds)
        for name in STUDY[server]:
            print(f"  {name:16}  {'requests/s':>23} {'99th percentile':>23}   {name} : {default}")
            for what, answers in found.items():
                print_load(what, answers, name, default)


def main() -> None:
    about, _, _ = str(__doc__).partition("\n")
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--frameworks", default="", help=f"of {','.join(FRAMEWORKS)}")
    parser.add_argument("--pairs", type=int, default=5, help="rounds; default %(default)s")
    parser.add_argument("--seconds", type=int, default=5, help="of each load; default %(default)s")
    parser.add_argument("--study", action="store_true", help="other settings, not other servers")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is not installed: apt-get install wrk")
    print(f"{options.pairs} rounds; median ratio (least to most), the first one : the other\n")
    for framework in chosen(options.frameworks, FRAMEWORKS):
        (study if options.study else compare)(framework, options.pairs, options.seconds)


if __name__ == "__main__":
    main()
