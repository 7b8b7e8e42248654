"""Answer to the names in ALLOWED_HOSTS alone; who asks for the health may not know one."""

from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import Receive, Scope, Send


def names(text: str) -> list[str]:
    found = [name.strip() for name in text.split(",")]
    for name in found:
        if "*" in name.removeprefix("*.") and name != "*":
            raise SystemExit(f"ALLOWED_HOSTS={text!r}: {name!r} is neither a name, *.NAME nor *")
    return found


class HostCheck(TrustedHostMiddleware):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") in ("{{ cookiecutter.app.liveness }}", "{{ cookiecutter.app.readiness }}"):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)
