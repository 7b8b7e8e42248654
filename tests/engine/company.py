"""A company's network around a build: `index.py` in a container on the engine's own network.

Nothing of it is published on the host. A build reaches the index by its address (`--add-host`),
or through the proxy.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.engine.engine import docker, execute, make, wait_until

SERVER = Path(__file__).with_name("index.py")
DOMAIN = "company.internal"
PROXY_PORT = 3128


def secret() -> str:
    return os.urandom(8).hex()


@dataclass(frozen=True)
class Company:
    """The network as one test sees it: no cache has heard of its host name before."""

    folder: Path
    container: str
    address: str
    name: str
    password: str
    host: str = field(default_factory=lambda: f"{secret()}.{DOMAIN}")
    begin: int = 0

    @property
    def ca(self) -> str:
        return (self.folder / "tls/ca.pem").read_text("utf-8")

    @property
    def proxy(self) -> str:
        return f"http://{self.name}:{self.password}@{self.address}:{PROXY_PORT}"

    @property
    def by_address(self) -> tuple[str, str]:
        """Arguments of a build that reaches the index without the proxy."""
        return "--add-host", f"{self.host}:{self.address}"

    @property
    def words(self) -> list[str]:
        """What nobody may find in an image."""
        login = base64.b64encode(f"{self.name}:{self.password}".encode()).decode()
        certificate = self.ca.splitlines()[1]
        return [self.name, self.password, login, self.host, self.address, certificate]

    def secrets(self, *, proxy: bool = False) -> dict[str, str]:
        """The build's secrets by their ids; with `proxy` the installers find it there as well."""
        url = f"https://{self.name}:{self.password}@{self.host}/simple/"
        pip = f"[global]\nindex-url = {url}\n"
        uv = f'[[index]]\nurl = "{url}"\ndefault = true\n'
        if proxy:
            pip, uv = f"{pip}proxy = {self.proxy}\n", f'https-proxy = "{self.proxy}"\n{uv}'
        return {"pip.conf": pip, "uv.toml": uv, "ca.pem": self.ca}

    def asked(self) -> list[str]:
        return docker("logs", self.container).splitlines()[self.begin :]

    def downloaded(self) -> set[str]:
        """Distributions, not files: `markupsafe`, however its wheel is called."""
        files = re.findall(r"(?m)^200 GET /files/([^-]+)-", "\n".join(self.asked()))
        return {name.replace("_", "-") for name in files}

    def hosts(self) -> set[str]:
        """What the proxy was asked for."""
        return set(re.findall(r"(?m)^200 CONNECT (\S+):443$", "\n".join(self.asked())))

    def by_itself(self) -> Company:
        """The same for another test."""
        begin = self.begin + len(self.asked())
        return replace(self, host=f"{secret()}.{DOMAIN}", begin=begin)

    @contextmanager
    def damaging(self, distribution: str, *, lost: bool = False) -> Iterator[None]:
        """Half of a wheel is served as if it were whole, or the connection is `lost` after it."""
        (wheel,) = (self.folder / "wheels").glob(f"{distribution}-*.whl")
        # Another file in its place: this one belongs to the container's user.
        whole, mark = wheel.rename(f"{wheel}.whole"), wheel.with_name(f"{wheel.name}.lost")
        wheel.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
        if lost:
            mark.touch()
        try:
            yield
        finally:
            mark.unlink(missing_ok=True)
            whole.replace(wheel)


def given(secrets: dict[str, str], folder: Path) -> list[str]:
    """Arguments of `docker build`; the texts become files in a new folder."""
    files = folder / secret()
    files.mkdir()
    for name, text in secrets.items():
        (files / name).write_text(text, "utf-8")
    return [f"--secret=id={name},src={files / name}" for name in secrets]


@contextmanager
def started(folder: Path, image: str) -> Iterator[Company]:
    """The index has all that Flask's locks name and what a Django image needs on this platform."""
    make_certificates(folder / "tls")
    download(folder, image)
    name, password = f"builder-{secret()}", secret()
    container = docker(
        *("run", "-d", "-v", f"{SERVER}:/index.py:ro", "-v", f"{folder}/wheels:/wheels:ro"),
        *("-v", f"{folder}/tls:/tls:ro", image, "python", "/index.py", f"{name}:{password}"),
    ).strip()
    try:
        wait_until(lambda: "ready" in docker("logs", container), 20, "the index is ready")
        address = "{{.NetworkSettings.Networks.bridge.IPAddress}}"
        address = docker("inspect", "-f", address, container).strip()
        yield Company(folder, container, address, name, password)
    finally:
        docker("rm", "-f", "-v", container)


def make_certificates(folder: Path) -> None:
    """An authority of the company's own, and a certificate of it for every host in the domain."""
    folder.mkdir()
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    request = ("openssl", "req", "-x509", *key, "-days", "2")
    usage = ("-addext", "keyUsage=critical,keyCertSign")
    authority = ("-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Company", *usage)
    names = ("-addext", f"subjectAltName=DNS:*.{DOMAIN}")
    end = ("-addext", "basicConstraints=critical,CA:FALSE")
    signed = ("-CA", "ca.pem", "-CAkey", "ca.key", "-subj", "/CN=index", *names, *end)
    execute(*request, *authority, cwd=folder)
    execute(*request, "-keyout", "index.key", "-out", "index.pem", *signed, cwd=folder)


def download(folder: Path, image: str) -> None:
    """The wheels, checked against the locks; the resolver looks at other systems' ones as well."""
    (folder / "wheels").mkdir()
    flask = (make(folder, "flask") / "requirements-dev.txt").read_text("utf-8")
    (folder / "flask.txt").write_text(re.sub(r" ; [^\\\n]*", " ", flask), "utf-8")
    django = (make(folder, "django") / "requirements.txt").read_text("utf-8")
    (folder / "django.txt").write_text(django, "utf-8")
    script = "for lock in flask django; do {} -r /company/$lock.txt || exit 1; done"
    fetch = "pip download -q --no-deps --no-cache-dir --require-hashes -d /company/wheels"
    docker("run", "--rm", "-v", f"{folder}:/company", image, "sh", "-c", script.format(fetch))


def traces(images: tuple[str, ...], base: str, words: list[str], folder: Path) -> set[str]:
    """Which of `words` are in the images: layers above the base's, configuration, attestations.

    The archive has each of them as a file, layers packed.
    """
    archive = folder / f"{secret()}.tar"
    docker("save", "-o", str(archive), *images)
    layers = json.loads(docker("image", "inspect", "-f", "{{json .RootFS.Layers}}", base))
    with tarfile.open(archive) as saved:
        files = {file.name: read(saved, file.name) for file in saved if file.isfile()}
    for manifest in json.loads(files["manifest.json"]):
        for path in manifest["Layers"][: len(layers)]:
            files.pop(path, None)
    assert any(b"https://slsa.dev/provenance" in data for data in files.values())
    histories = [docker("history", "--no-trunc", image).encode() for image in images]
    everything = [*map(unpacked, files.values()), *histories]
    return {word for word in words if any(word.encode() in data for data in everything)}


def read(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(name)
    assert file
    return file.read()


def unpacked(data: bytes) -> bytes:
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
