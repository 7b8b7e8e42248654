def number(name: str, default: int, most: int) -> int:
    """Return the number in the environment variable `name`; end the start if it is none."""
    text = os.environ.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= most):
        raise SystemExit(f"{name}={text!r} must be a whole number from 1 to {most}")
    return int(text)
