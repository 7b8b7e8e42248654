"""The six lines of dockerize's own README."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from tests.engine.compose import get
from tests.engine.engine import docker, execute, free_port, wait_until


def test_six_lines_show_what_was_cached(root: Path, tmp_path: Path) -> None:
    readme = (root / "README.md").read_text("utf-8")
    tutorial = readme.split("in six lines:\n\n```sh\n")[1].split("```")[0]
    *lines, stop = tutorial.splitlines()
    assert len(lines) == 5
    # On a port that is free, under a name that is nobody else's.
    port, name = free_port(), f"my-flask-{os.urandom(3).hex()}"
    text = "\n".join(lines).replace("my-flask", name).replace(":8000:", f":{port}:")
    path = f"export PATH={Path(sys.executable).parent}:$PATH"
    try:
        script = ("bash", "-euo", "pipefail", "-c", f"{path}\n{text}")
        printed = execute(*script, cwd=tmp_path, merge=True).stdout
        wait_until(lambda: get(port)[0] == 200, 20, "it answers")
        execute("sh", "-c", stop.replace("my-flask", name))
    finally:
        execute("docker", "rm", "-f", name, check=False)  # it may be going already
        docker("image", "rm", "-f", name)
    last = printed[printed.rindex("load build definition") :]
    steps = re.findall(r"(?m)^#(\d+) \[(?!internal)[^]]+\] (?!LINK COPY|FROM)(.*)$", last)
    cached = set(re.findall(r"(?m)^#(\d+) CACHED$", last))
    ran = {instruction for number, instruction in steps if number not in cached}
    assert len(steps) > len(ran)
    assert ran == {"COPY --chmod=u=rwX,go=rX app /app", "COPY --link --from=ctx /app ./app"}
