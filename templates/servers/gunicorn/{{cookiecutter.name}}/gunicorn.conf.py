"""Gunicorn's settings. What each one does: https://docs.gunicorn.org/en/stable/settings.html"""

import os
import signal


{% include 'servers/number.py' %}

wsgi_app = "{{ cookiecutter.app.entry }}"
bind = f"0.0.0.0:{number('PORT', {{ cookiecutter.port }}, 65535)}"

# Two processes that fit a small container, whatever the host has; raise WEB_CONCURRENCY with
# the memory limit. Threads cost next to none: while one waits for another server or a slow client,
# or for a connection that was opened and not used yet (up to five seconds), the others answer. More
# of them wait for more, and each may hold a connection to such a server.
workers = number("WEB_CONCURRENCY", 2, 64)
worker_class = "gthread"
threads = 16
# Imported once, before the processes part: an application that cannot start ends the start.
preload_app = True

# The heartbeat in memory: on a slow or read-only disk it would stall or fail.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
# It would open a socket below the home folder, and the service has none.
control_socket_disable = True

# app/proxy.py knows whom to trust.
forwarded_allow_ips = ""
accesslog = "-"
# Requests in flight at SIGTERM get this many seconds to end.
graceful_timeout = 20


def end_at_sigterm() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


# A SIGTERM ends a process that has just been made and is not listening to it yet: gunicorn would
# lose it. While the two part, it is held back.
os.register_at_fork(
    before=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM}),
    after_in_parent=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM}),
    after_in_child=end_at_sigterm,
)


if __name__ == "__main__":
    # Before gunicorn takes over, a process with the number 1 would not hear SIGTERM at all.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    # Run as a program, so that what is wrong is refused in one line, numbers above and proxies
    # here: gunicorn reads both variables while it is imported, and takes neither an empty number
    # nor a word.
    os.environ["WEB_CONCURRENCY"] = str(workers)
    from app.proxy import Proxies

    Proxies()
    from gunicorn.app.wsgiapp import run

    run()
