#!/usr/bin/env python3
"""How long `dockerize new` takes, as ratios of whole processes measured in pairs in one run.

    .venv/bin/python tests/benchmarks/new.py [PAIRS]

Beside it: the stock `cookiecutter --no-input` that renders the same files from one template, and
the floor, a bare Python that imports click and jinja2 and renders the same templates. Each pair is
run back to back, so that a machine that is slow for a while is slow for both; printed is the
median of the pairs' ratios, and the peak memory of one process. All of them find their bytecode,
as after any installation, whatever this machine's environment says of writing it.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from generator import catalog as catalogs
from generator.answers import settle, with_defaults
from generator.project import plan
from tests.stock import stock_template

NAME = "my-flask"
FLOOR = """
import pathlib, sys
import click, jinja2, json
template, target = map(pathlib.Path, sys.argv[1:])
context = {"cookiecutter": json.loads((template / "cookiecutter.json").read_text("utf-8"))}
root = template / "{{cookiecutter.name}}"
sys.path.insert(0, str(template))
from local_extensions import PARTS
environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader([root, template / "templates"]),
    undefined=jinja2.StrictUndefined,
    keep_trailing_newline=True,
)
environment.globals["parts"] = lambda slot: PARTS.get(slot, [])
for path in sorted(root.rglob("*")):
    if path.is_file():
        relative = path.relative_to(root)
        (target / relative).parent.mkdir(parents=True, exist_ok=True)
        text = environment.get_template(relative.as_posix()).render(context)
        (target / relative).write_text(text, "utf-8", newline="\\n")
"""


def run(command: list[str], folder: Path) -> tuple[float, float]:
    """Seconds and peak MiB of one process that starts in an empty `folder`.

    Its bytecode lies beside that, and is there from the second run on.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    environment = {
        **os.environ,
        "HOME": str(folder),
        "PWD": str(folder),
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(folder.with_name("bytecode")),
    }
    begin = time.perf_counter()
    pid = os.posix_spawn(
        command[0],
        command,
        environment,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    _, status, usage = os.wait4(pid, 0)
    seconds = time.perf_counter() - begin
    if status:
        raise SystemExit(f"{command} failed")
    unit = 1 if sys.platform == "darwin" else 1024
    return seconds, usage.ru_maxrss * unit / 2**20


def compare(title: str, one: list[str], other: list[str], pairs: int, folder: Path) -> None:
    run(one, folder)
    run(other, folder)
    measured = [(run(one, folder), run(other, folder)) for _ in range(pairs)]
    ratios = [a[0] / b[0] for a, b in measured]
    memory = [max(side[n][1] for side in measured) for n in (0, 1)]
    print(
        f"{title:34}  {statistics.median(ratios):5.2f}  ({min(ratios):.2f} to {max(ratios):.2f})"
        f"   {memory[0]:5.1f} : {memory[1]:.1f} MiB"
    )


def main() -> None:
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    python = sys.executable
    with tempfile.TemporaryDirectory() as scratch:
        catalog = catalogs.load()
        project = plan(settle({"name": NAME, **with_defaults({}, catalog)}, catalog), catalog)
        template = Path(scratch, "template")
        stock_template(project, template)
        work = Path(scratch, "work")
        new = [python, "-m", "generator", "new", NAME, "--yes", "-o", str(work)]
        helped = [python, "-m", "generator", "--help"]
        stock = [python, "-m", "cookiecutter", str(template), "--no-input", "-o", str(work)]
        floor = [python, "-c", FLOOR, str(template), str(work / NAME)]
        print(f"{pairs} pairs each; median ratio of wall times (least to most); peak memory")
        compare("dockerize new : cookiecutter", new, stock, pairs, work)
        compare("dockerize new : click and jinja2", new, floor, pairs, work)
        compare("dockerize --help : dockerize new", helped, new, pairs, work)


if __name__ == "__main__":
    main()
