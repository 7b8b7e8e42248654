"""Whom the application believes, and which host names it answers to."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urljoin

import pytest

from tests.engine.engine import (
    FRAMEWORKS,
    HARDENED,
    ITEMS,
    SEEN,
    Container,
    Image,
    add_page,
    build,
    docker,
    healthy,
    make,
)

FORWARDED = {
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "shop.example",
    "X-Forwarded-For": "203.0.113.9, 198.51.100.7",
}
# A proxy that asks by the name it knows the service by, which is no legal host name.
UPSTREAM = {"Host": "shop_web:8000"}


@pytest.fixture(scope="module", params=FRAMEWORKS)
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Image:
    """An image whose page `/seen` tells the scheme, the host and the client of a request.

    Another of its pages is at `/items/`.
    """
    framework = str(request.param)
    project = make(tmp_path_factory.mktemp("seen"), framework, f"seen-{framework}")
    add_page(project, framework, "seen", SEEN[framework])
    add_page(project, framework, "items/", ITEMS[framework])
    return build(project, framework)


def peer(container: Container) -> str:
    """The address that requests from this machine come from, as the container sees them."""
    return docker(
        *("inspect", "-f", "{{range .NetworkSettings.Networks}}{{.Gateway}}{{end}}", container.id)
    ).strip()


@pytest.mark.parametrize("proxies", ["", "192.0.2.1", "127.0.0.1,::1"])
def test_nobody_is_believed_who_is_not_named(seen: Image, proxies: str) -> None:
    with seen.running(*HARDENED, "-e", f"FORWARDED_ALLOW_IPS={proxies}") as container:
        healthy(container)
        _, told = container.get("/seen", headers=FORWARDED)
        assert json.loads(told) == ["http", f"127.0.0.1:{container.port}", peer(container)]
        assert container.get("/seen", headers={**FORWARDED, **UPSTREAM})[0] == 400


@pytest.mark.parametrize(
    ("proxies", "client"),
    [
        ("172.16.0.0/12, 198.51.100.0/24", "203.0.113.9"),
        ("172.16.0.0/12", "198.51.100.7"),
        ("*", "198.51.100.7"),
    ],
)
def test_a_named_proxy_is_believed(seen: Image, proxies: str, client: str) -> None:
    settings = ("-e", f"FORWARDED_ALLOW_IPS={proxies}", "-e", "ALLOWED_HOSTS=shop.example")
    with seen.running(*HARDENED, *settings) as container:
        healthy(container)
        assert peer(container).startswith("172.")
        _, told = container.get("/seen", headers={**FORWARDED, **UPSTREAM})
        assert json.loads(told) == ["https", "shop.example", client]
        # What is no scheme is not taken for one, and its host has to be an allowed one.
        _, told = container.get("/seen", headers={**FORWARDED, "X-Forwarded-Proto": "gopher"})
        assert json.loads(told)[0] == "http"
        other = {**FORWARDED, "X-Forwarded-Host": "elsewhere.example"}
        assert container.get("/seen", headers=other)[0] == 400


def test_a_line_that_the_client_sent_is_not_the_proxys(seen: Image) -> None:
    settings = ("-e", "FORWARDED_ALLOW_IPS=172.16.0.0/12", "-e", "ALLOWED_HOSTS=shop.example")
    with seen.running(*HARDENED, *settings) as container:
        healthy(container)
        connection = http.client.HTTPConnection("127.0.0.1", container.port, timeout=10)
        connection.putrequest("GET", "/seen", skip_host=True)
        connection.putheader("Host", "shop.example")
        for host in ("shop.example", "elsewhere.example"):
            connection.putheader("X-Forwarded-Host", host)
        connection.endheaders()
        assert connection.getresponse().status == 400
        connection.close()


@pytest.mark.parametrize("proxies", ["", "172.16.0.0/12"])
def test_a_redirect_has_the_scheme_that_the_proxy_tells(seen: Image, proxies: str) -> None:
    settings = ("-e", f"FORWARDED_ALLOW_IPS={proxies}", "-e", "ALLOWED_HOSTS=shop.example")
    scheme = "https" if proxies else "http"
    with seen.running(*HARDENED, *settings) as container:
        healthy(container)
        connection = http.client.HTTPConnection("127.0.0.1", container.port, timeout=10)
        headers = {"Host": "shop.example", "X-Forwarded-Proto": "https"}
        connection.request("GET", "/items", headers=headers)
        location = connection.getresponse().headers["Location"]
        connection.close()
    # Django's has no host: it is the one that the browser asked.
    assert urljoin(f"{scheme}://shop.example/items", location) == f"{scheme}://shop.example/items/"


def test_probes_are_answered_under_any_name_and_pages_are_not(seen: Image) -> None:
    with seen.running(*HARDENED, "-e", "ALLOWED_HOSTS=shop.example") as container:
        healthy(container)
        for host in ("f00dfeed0001:8000", "10.1.2.3", "shop_web:8000", "shop-web.shop-net"):
            for path in ("/healthz", "/readyz"):
                assert container.get(path, headers={"Host": host})[0] == 200, host
            for path in ("/", "/seen", "/nothing", "/static/style.css"):
                assert container.get(path, headers={"Host": host})[0] == 400, (host, path)
        # Whoever tries names fills no log.
        assert "Traceback" not in container.logs()


def test_allowed_hosts(seen: Image) -> None:
    expected = {
        "": {"LocalHost": 200, "127.0.0.1:8000": 200, "shop.example": 400},
        "shop.example, www.shop.example": {"www.shop.example:80": 200, "localhost": 400},
        "*": {"anything.example": 200},
    }
    for hosts, answers in expected.items():
        with seen.running(*HARDENED, "-e", f"ALLOWED_HOSTS={hosts}") as container:
            healthy(container)
            for host, status in answers.items():
                assert container.get("/", headers={"Host": host})[0] == status, (hosts, host)
