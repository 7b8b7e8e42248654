"""Answer to the names in ALLOWED_HOSTS alone; who asks for the health may not know one."""

from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import Receive, Scope, Send


class HostCheck(TrustedHostMiddleware):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") in ("{{ cookiecutter.app.liveness }}", "{{ cookiecutter.app.readiness }}"):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)
