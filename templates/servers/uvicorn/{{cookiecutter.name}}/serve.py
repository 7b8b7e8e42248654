"""Start uvicorn. What each setting does: https://www.uvicorn.org/settings/"""

import os
import signal
from importlib import import_module


{% include 'servers/number.py' %}

def main() -> None:
    # uvicorn answers what is in flight and then raises the signal anew: this makes it a clean end.
    # And before uvicorn listens to it, a process with the number 1 would not hear it at all.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    import argparse

    import uvicorn

    parser = argparse.ArgumentParser()
    # Requests in flight at SIGTERM get this many seconds to end.
    parser.add_argument("--graceful-timeout", type=int, default=20)
    options = parser.parse_args()
    port = number("PORT", {{ cookiecutter.port }}, 65535)
    # One process waits for many requests at once; raise WEB_CONCURRENCY for more processors, with
    # the memory limit.
    workers = number("WEB_CONCURRENCY", 1, 64)
    # An application that cannot start ends the start.
    import_module("{{ cookiecutter.app.entry.partition(':')[0] }}")
    uvicorn.run(
        "{{ cookiecutter.app.entry }}",
        host="0.0.0.0",
        port=port,
        workers=workers,
        # app/proxy.py knows whom to trust.
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=options.graceful_timeout,
    )


if __name__ == "__main__":
    main()
