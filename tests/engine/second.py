"""A second engine, which has nothing: the first one's programs, in a container of the first.

A registry listens beside it, at one address for both engines: each trusts its own loopback.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.engine.compose import get
from tests.engine.engine import docker, execute, free_port, lacking, wait_until

# Of the folders that hold the engine's programs and what they are linked with.
SYSTEM = ("/usr", "/lib", "/lib64")
START = """
echo '{"features": {"containerd-snapshotter": true}}' > /run/daemon.json
exec dockerd --config-file /run/daemon.json --data-root /var/lib/docker --bridge=none \
    --iptables=false --ip6tables=false --host unix:///run/second/docker.sock
"""


@dataclass(frozen=True)
class Second:
    """`registry` is an address; `host` is what DOCKER_HOST has to be."""

    registry: str
    host: str

    def push(self, image: str, name: str) -> str:
        """Push an image of the first engine; return how both can name it."""
        pushed = f"{self.registry}/{name}"
        docker("tag", image, pushed)
        docker("push", pushed)
        return pushed


@contextmanager
def second_engine(folder: Path, base: str) -> Iterator[Second]:
    """Run it, on the image `base`; its socket lies in `folder`."""
    program = programs() / "sbin" / "dockerd"
    if not program.exists():
        lacking(f"there is no {program}")
    port = free_port()
    mounts = [f"--volume={path}:{path}:ro" for path in {*SYSTEM, str(programs())}]
    path = ":".join(f"{root}/{name}" for root in (programs(), "/usr") for name in ("sbin", "bin"))
    engine = docker(
        *("run", "-d", "--privileged", "-p", f"127.0.0.1:{port}:{port}", *mounts),
        *("--volume=/var/lib/docker", f"--volume={folder}:/run/second", "--env", f"PATH={path}"),
        *(base, "sh", "-ec", START),
    ).strip()
    registry = ""
    try:
        registry = docker(
            *("run", "-d", f"--network=container:{engine}"),
            *("--env", f"REGISTRY_HTTP_ADDR=0.0.0.0:{port}", "registry:2"),
        ).strip()
        host = f"unix://{folder}/docker.sock"
        wait_until(lambda: get(port, "/v2/")[0] == 200, 20, "the registry answers")
        wait_until(lambda: answers(host), 30, "the second engine answers")
        yield Second(f"127.0.0.1:{port}", host)
    finally:
        docker("rm", "-f", "-v", *filter(None, [registry, engine]))


def programs() -> Path:
    """The folder above the `bin` of the docker command."""
    found = shutil.which("docker")
    assert found
    return Path(found).resolve().parents[1]


def answers(host: str) -> bool:
    return execute("docker", f"--host={host}", "version", check=False).returncode == 0
