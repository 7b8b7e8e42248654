from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.answers import Answers
from generator.catalog import Catalog
from generator.create import create
from generator.errors import RenderFailed, TargetExists
from generator.landing import land
from generator.project import ROOT
from tests.landing.helpers import PREFIX, names_in, posix, staging_in, start_new, wait_for
from tests.trees import tree

# All that costs time is done before the start, so that rivals meet where it matters.
RIVAL = """
import sys
import cookiecutter.generate, cookiecutter.utils, rich.console
from generator.__main__ import main
import generator.cli.new

print("ready", flush=True)
sys.stdin.readline()
raise SystemExit(main(["new", "shop", "--yes", "--json"]))
"""


@pytest.fixture
def broken(catalog: Catalog, tmp_path: Path) -> Catalog:
    """The catalogue, with a template that fails after others have been written."""
    templates = tmp_path / "templates"
    shutil.copytree(catalog.root, templates)
    (templates / "shared" / ROOT / "zzz.txt").write_text("{{ cookiecutter.nope }}\n", "ascii")
    return Catalog(templates)


# --- ended --------------------------------------------------------------------------------------


@posix
def test_killed_at_any_instant(
    tmp_path: Path,
    dockerize: list[str],
    catalog: Catalog,
    reference: Callable[[str], dict[str, bytes]],
) -> None:
    whole, next_whole = reference("shop"), reference("next")
    after = Answers("next", "flask", "3.14", 8000, "uv", ())
    started = time.monotonic()
    start_new(dockerize, tmp_path).communicate()
    length = time.monotonic() - started
    left_staging = left_nothing = 0

    # Half of them over the whole run, half of them over the part in which something is written.
    for n in range(40):
        folder = tmp_path / f"run-{n}"
        folder.mkdir()
        process = start_new(dockerize, folder)
        if n % 2:
            wait_for(folder, f"{PREFIX}*", process)
            time.sleep(n * 0.0015)
        else:
            time.sleep(length * n / 40)
        process.kill()
        process.communicate()

        names, staging = names_in(folder), staging_in(folder)
        assert set(names) - set(staging) <= {"shop"}
        assert len(staging) <= 1
        if "shop" in names:
            assert tree(folder / "shop") == whole
        left_staging += bool(staging)
        left_nothing += not names

        create(after, catalog, folder / "next")
        assert staging_in(folder) == []
        assert tree(folder / "next") == next_whole
        if "shop" in names:
            assert tree(folder / "shop") == whole

    assert left_staging, "no run was killed while it wrote"
    assert left_nothing, "no run was killed before it wrote"


@posix
@pytest.mark.parametrize(
    ("ending", "said"),
    [
        (signal.SIGINT, "dockerize: interrupted; nothing was written"),
        (signal.SIGTERM, ""),
        (signal.SIGHUP, ""),
    ],
)
def test_ended_while_it_writes(
    tmp_path: Path, dockerize: list[str], ending: signal.Signals, said: str
) -> None:
    # On a busy machine the signal may come too late, but not every time.
    for n in range(5):
        folder = tmp_path / str(n)
        folder.mkdir()
        process = start_new(dockerize, folder, "--output-dir", "deep/er")
        wait_for(folder, f"deep/er/{PREFIX}*/project", process)
        process.send_signal(ending)
        out, err = process.communicate()
        if process.returncode:
            break

    assert (process.returncode, out, err.strip()) == (128 + ending, "", said)
    assert names_in(folder) == [], "not even the folders that were made for it"


@posix
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_ended_dry_run_leaves_nothing(
    tmp_path: Path, dockerize: list[str], ending: signal.Signals
) -> None:
    for n in range(5):
        scratch = tmp_path / str(n)
        scratch.mkdir()
        process = subprocess.Popen(
            [*dockerize, "new", "shop", "--yes", "--dry-run", "--output-dir", str(tmp_path)],
            env={**os.environ, "TMPDIR": str(scratch)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        wait_for(scratch, "dockerize-*/*", process)
        process.send_signal(ending)
        if process.wait() == 128 + ending:
            break

    assert process.returncode == 128 + ending
    assert names_in(scratch) == []


@posix
@pytest.mark.parametrize("milliseconds", [0, 0.3, 0.6, 1, 2, 5, 20])
def test_interrupted_after_it_wrote(
    tmp_path: Path,
    dockerize: list[str],
    reference: Callable[[str], dict[str, bytes]],
    milliseconds: float,
) -> None:
    process = start_new(dockerize, tmp_path)
    wait_for(tmp_path, "shop", process)
    time.sleep(milliseconds / 1000)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()

    assert (process.returncode, err) == (0, "")
    assert names_in(tmp_path) == ["shop"]
    assert tree(tmp_path / "shop") == reference("shop")


# --- raced --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rivals", "rounds"), [(2, 6), (4, 6)])
def test_one_of_several_wins_and_the_others_say_so(
    tmp_path: Path, reference: Callable[[str], dict[str, bytes]], rivals: int, rounds: int
) -> None:
    whole = reference("shop")
    for n in range(rounds):
        folder = tmp_path / str(n)
        folder.mkdir()
        if n % 2:
            (folder / "shop").mkdir()
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", RIVAL],
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(rivals)
        ]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        results = _results(processes)

        assert [status for status, _, _ in results] == [0] + [1] * (rivals - 1)
        assert [err for _, err, _ in results] == [""] * rivals
        codes = [json.loads(out)["error"]["code"] for _, _, out in results[1:]]
        assert codes == ["target-exists"] * (rivals - 1)
        assert names_in(folder) == ["shop"]
        assert tree(folder / "shop") == whole


def _results(processes: list[subprocess.Popen[str]]) -> list[tuple[int, str, str]]:
    """Status, stderr and stdout of each, sorted, after all have been told to go."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return sorted((*process.communicate(), process.returncode)[::-1] for process in processes)


def test_what_came_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    target = tmp_path / "shop"

    def fill(folder: Path) -> None:
        (folder / "ours").touch()
        target.mkdir()
        (target / "theirs").touch()

    with pytest.raises(TargetExists):
        land(target, fill)

    assert names_in(tmp_path) == ["shop"]
    assert names_in(target) == ["theirs"]


# --- failed -------------------------------------------------------------------------------------


def test_output_folders_that_were_made_go_again_when_rendering_fails(
    tmp_path: Path, answers: Answers, broken: Catalog
) -> None:
    (tmp_path / "there").mkdir()

    with pytest.raises(RenderFailed):
        create(answers, broken, tmp_path / "there" / "a" / "b" / "my-shop")

    assert names_in(tmp_path) == ["templates", "there"]
    assert names_in(tmp_path / "there") == []


def test_a_failed_render_leaves_an_empty_target_as_it_was(
    tmp_path: Path, answers: Answers, broken: Catalog
) -> None:
    (tmp_path / "my-shop").mkdir()

    with pytest.raises(RenderFailed):
        create(answers, broken, tmp_path / "my-shop")

    assert names_in(tmp_path) == ["my-shop", "templates"]
    assert names_in(tmp_path / "my-shop") == []
