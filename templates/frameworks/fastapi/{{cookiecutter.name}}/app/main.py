"""The application that the server imports, and its factory."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from app import {{ cookiecutter.lists.modules | sort | join(', ') }}
from app.host_check import HostCheck
from app.hosts import allowed_hosts
from app.proxy import Proxies, TrustedProxies
from app.settings import Settings


def create_app(settings: Settings | None = None) -> FastAPI:
    settings = settings or Settings()
    app = FastAPI(title=settings.title)
    app.state.settings = settings
    app.add_middleware(HostCheck, names=allowed_hosts())
    # The last one added is the first to see a request.
    app.add_middleware(TrustedProxies, proxies=Proxies())
    app.exception_handler(RequestValidationError)(refused)
{%- for module in cookiecutter.lists.modules %}
    app.include_router({{ module }}.router)
{%- endfor %}
    return app


async def refused(_: Request, error: RequestValidationError) -> JSONResponse:
    """Say what is wrong and where, but not what was sent: JSON may hold what is no text."""
    told = [{key: each[key] for key in ("type", "loc", "msg")} for each in error.errors()]
    return JSONResponse({"detail": told}, status_code=422)


app = create_app()
