"""The application that the server imports, and its factory."""

from fastapi import FastAPI

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
{%- for module in cookiecutter.lists.modules %}
    app.include_router({{ module }}.router)
{%- endfor %}
    return app


app = create_app()
