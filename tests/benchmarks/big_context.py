"""How time and memory grow with the files of a build context.

    python -m tests.benchmarks.big_context [--most 100000]

For each size, in a process of its own: time to look at all files, to choose them for a `COPY . .`
(with the digest of all), to choose them again after an edit of one file, and the peak memory of
the whole process. The processor's time is less moved by what else the machine does. An ignore file
of 30 patterns is in the way of each, and a folder of as many files again that it leaves out, which
is never walked.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from generator.explain.cache.places import taken
from generator.explain.context import Changes, Context, edited
from generator.explain.context.trees import select

IN_A_FOLDER = 100
PATTERNS = """\
# what a project leaves out
.git
.venv
node_modules
**/__pycache__
**/*.py[cod]
**/.DS_Store
**/*.swp
*.egg-info
.env*
!.env.example
.mypy_cache
.pytest_cache
.ruff_cache
.coverage*
htmlcov
dist
build
docs/_build
*.log
**/*.log
**/Thumbs.db
.idea
.vscode
compose*.yaml
Dockerfile*
.dockerignore
tests/data/*
!tests/data/keep
**/tmp
coverage.xml
*.tar.*
"""


def make(root: Path, count: int) -> None:
    """`count` files, a hundred to a folder and ten such folders to one, and as many left out."""
    (root / ".dockerignore").write_text(PATTERNS, "utf-8")
    for top in ("src", "node_modules"):
        for index in range(count):
            folder = root / top / f"part{index // (10 * IN_A_FOLDER)}" / f"m{index // IN_A_FOLDER}"
            if index % IN_A_FOLDER == 0:
                folder.mkdir(parents=True)
            os.close(os.open(folder / f"module_{index}.py", os.O_CREAT | os.O_WRONLY))


def measure(root: Path) -> None:
    start = time.process_time()
    begin = time.perf_counter()
    context = Context(root)
    files = sum(entry.kind == "file" for entry in context.walk())
    looked = time.perf_counter()
    selection = select(context, ".")
    before = taken(selection)
    chosen = time.perf_counter()
    after = edited(context, Changes(changed=frozenset({"src/part0/m0/module_0.py"})))
    assert taken(select(after, ".")) != before
    done = time.perf_counter()
    cpu = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    memory //= 2**20 if sys.platform == "darwin" else 2**10
    print(
        f"{files:8} {looked - begin:8.3f} {chosen - looked:8.3f} {done - chosen:8.4f}"
        f" {done - begin:8.3f} {cpu:8.3f} {1e6 * cpu / files:8.1f} {memory:8}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="How time and memory grow with a context's files")
    parser.add_argument("--most", type=int, default=100_000)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.measure)
        return 0
    print("   files   look s  COPY s   edit s    all s    cpu s  us/file      MiB", flush=True)
    count = 1000
    while count <= options.most:
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder), count)
            again = [sys.executable, "-m", "tests.benchmarks.big_context", "--measure", folder]
            subprocess.run(again, check=True)
        count = count * 3 if str(count).startswith("1") else count // 3 * 10
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
