"""The host names that it answers to."""

import os


def allowed_hosts() -> list[str]:
    """Return the names in ALLOWED_HOSTS: NAME, .NAME for that and all below it, * for any."""
    text = os.environ.get("ALLOWED_HOSTS") or "localhost,127.0.0.1"
    names = [name.strip() for name in text.lower().split(",")]
    for name in names:
        if "*" in name and name != "*":
            raise SystemExit(f"ALLOWED_HOSTS={text!r}: {name!r} is neither a name, .NAME nor *")
    return names
