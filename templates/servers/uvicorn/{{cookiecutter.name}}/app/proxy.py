"""Whom to believe about scheme, host and client: nobody, or the proxies that are named."""

import os
from ipaddress import ip_address, ip_network

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send


{% include 'servers/proxies.py' %}

class TrustedProxies:
    """ASGI middleware: what a trusted proxy's X-Forwarded-* headers say is taken for true."""

    def __init__(self, app: ASGIApp, proxies: Proxies) -> None:
        self._app = app
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        peer, _ = scope.get("client") or ("", 0)
        if scope["type"] in ("http", "websocket") and self._proxies.trusts(peer):
            self._believe(scope)
        await self._app(scope, receive, send)

    def _believe(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        scheme = last(headers, "x-forwarded-proto")
        if scheme in ("http", "https"):
            web_socket = scope["type"] == "websocket"
            scope["scheme"] = scheme.replace("http", "ws") if web_socket else scheme
        if host := last(headers, "x-forwarded-host"):
            MutableHeaders(scope=scope)["host"] = host
        if client := self._proxies.client(", ".join(headers.getlist("x-forwarded-for"))):
            scope["client"] = (client, 0)


def last(headers: Headers, name: str) -> str:
    """Return what the proxy itself has added, at the end or in a line of its own."""
    return ",".join(headers.getlist(name)).rpartition(",")[2].strip()
