"""A real browser without a window, driven through two pipes by the DevTools protocol."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

_NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "chrome",
)
_FLAGS = (
    "--headless",
    "--no-sandbox",  # tests run as root in containers, where a browser refuses its sandbox
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
    "--remote-debugging-pipe",
)
_SECONDS = 60


def found() -> str | None:
    """The program's path."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


class Tab:
    """One page in it; `requests` and `complaints` are what it asked for and what went wrong."""

    def __init__(self, to_browser: int, from_browser: int) -> None:
        self._to, self._from = to_browser, from_browser
        self._rest = b""
        self._calls = 0
        self._session: str | None = None
        self._events: list[dict[str, Any]] = []
        self.requests: list[str] = []
        self.complaints: list[str] = []
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        attached = self._call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self._call(f"{domain}.enable")

    def look_like(self, width: int, height: int, *, dark: bool = False) -> None:
        self._call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._call("Emulation.setEmulatedMedia", features=[scheme])

    def scripts(self, *, on: bool) -> None:
        self._call("Emulation.setScriptExecutionDisabled", value=not on)

    def open(self, page: Path, fragment: str = "") -> None:
        """Another load each time, even where only the fragment differs from the last address."""
        self._call("Page.navigate", url="about:blank")
        self._wait("Page.loadEventFired")
        self.requests.clear()
        self.complaints.clear()
        self._call("Page.navigate", url=f"{page.as_uri()}{fragment}")
        self._wait("Page.loadEventFired")

    def says(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        answer = self._call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def press(self, key: str) -> None:
        code = {"Tab": 9, "ArrowDown": 40, "ArrowUp": 38}[key]
        for kind in ("rawKeyDown", "keyUp"):
            self._call(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code
            )

    def click(self, selector: str) -> None:
        """Where a person would: in the middle of what one sees of it."""
        box = f"document.querySelector({json.dumps(selector)}).getBoundingClientRect()"
        x, y = self.says(f"(box => [box.x + box.width / 2, box.y + box.height / 2])({box})")
        for kind in ("mousePressed", "mouseReleased"):
            self._call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def accessible(self) -> list[tuple[str, str]]:
        """(role, name) of all that a screen reader meets."""
        nodes = self._call("Accessibility.getFullAXTree")["nodes"]
        return [
            (node["role"]["value"], node.get("name", {}).get("value", ""))
            for node in nodes
            if not node.get("ignored") and "role" in node
        ]

    def picture(self, to: Path) -> None:
        shot = self._call("Page.captureScreenshot", format="png")
        to.write_bytes(base64.b64decode(shot["data"]))

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._calls += 1
        message: dict[str, Any] = {"id": self._calls, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + _SECONDS
        while True:
            answer = self._read(deadline)
            if answer.get("id") == self._calls:
                assert "error" not in answer, f"{method}: {answer['error']}"
                result: dict[str, Any] = answer["result"]
                return result
            self._note(answer)

    def _wait(self, event: str) -> None:
        deadline = time.monotonic() + _SECONDS
        while not any(each["method"] == event for each in self._events):
            self._note(self._read(deadline))
        self._events.clear()

    def _note(self, event: dict[str, Any]) -> None:
        self._events.append(event)
        match event["method"]:
            case "Network.requestWillBeSent":
                self.requests.append(event["params"]["request"]["url"])
            case "Runtime.exceptionThrown":
                self.complaints.append(str(event["params"]["exceptionDetails"]))
            case "Log.entryAdded":
                self.complaints.append(event["params"]["entry"]["text"])
            case "Page.javascriptDialogOpening":
                self.complaints.append(f"dialog: {event['params']['message']}")

    def _read(self, deadline: float) -> dict[str, Any]:
        while b"\0" not in self._rest:
            left = max(0.0, deadline - time.monotonic())
            readable, _, _ = select.select([self._from], [], [], left)
            assert readable, f"the browser was silent for {_SECONDS} seconds"
            part = os.read(self._from, 1 << 16)
            assert part, "the browser has ended"
            self._rest += part
        message, _, self._rest = self._rest.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer


@contextmanager
def tab(program: str, home: Path) -> Iterator[Tab]:
    """`home` is an empty folder for what the browser keeps."""
    (their_in, our_out), (our_in, their_out) = _pipe(), _pipe()
    with (home / "log").open("wb") as log:
        pid = os.posix_spawn(
            program,
            [program, *_FLAGS, f"--user-data-dir={home / 'profile'}"],
            {**os.environ, "HOME": str(home)},
            # The browser reads at 3 and writes to 4.
            file_actions=[
                (os.POSIX_SPAWN_DUP2, log.fileno(), 1),
                (os.POSIX_SPAWN_DUP2, log.fileno(), 2),
                (os.POSIX_SPAWN_DUP2, their_in, 3),
                (os.POSIX_SPAWN_DUP2, their_out, 4),
            ],
        )
    _close((their_in, their_out))
    try:
        yield Tab(our_out, our_in)
    finally:
        _close((our_out, our_in))
        _end(pid)


def _pipe() -> tuple[int, int]:
    """Beyond 3 and 4, which the browser's ends are put on one after the other."""
    low = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in low]
    _close(low)
    return high[0], high[1]


def _close(ends: Sequence[int]) -> None:
    for end in ends:
        os.close(end)


def _end(pid: int) -> None:
    """It ends by itself when its pipe does; a browser that hangs is made to."""
    deadline = time.monotonic() + 10
    while os.waitpid(pid, os.WNOHANG) == (0, 0):
        if time.monotonic() > deadline:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return
        time.sleep(0.02)
