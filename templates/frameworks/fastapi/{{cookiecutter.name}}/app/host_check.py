"""Answer to the names in ALLOWED_HOSTS alone; who asks for the health may not know one."""

from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send


class HostCheck(TrustedHostMiddleware):
    def __init__(self, app: ASGIApp, names: list[str]) -> None:
        # What Starlette knows as *.NAME is without NAME itself.
        below = [f"*{name}" for name in names if name.startswith(".")]
        super().__init__(app, [*(name.removeprefix(".") for name in names), *below])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") in ("{{ cookiecutter.app.liveness }}", "{{ cookiecutter.app.readiness }}"):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)
