"""Which flags and variables of package managers name a file of the project.

Of flags those are listed that do not: any other one may. Of variables, those that do.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from generator.explain.rules.managers import Install

# Variables that name a file or a folder to whoever installs.
_POINTS = re.compile(
    r"PIP_(?:\w*CONSTRAINT|REQUIREMENT|FIND_LINKS|CONFIG_FILE|EDITABLE|GROUP)"
    r"|UV_(?:\w*CONSTRAINT|OVERRIDE|FIND_LINKS|CONFIG_FILE|PROJECT|WORKING_DIR\w*|ENV_FILE)"
    r"|BUNDLE_\w+|COMPOSER(?:_VENDOR_DIR)?|MAVEN_\w+|(?i:npm_config_(?:prefix|userconfig))"
    r"|GOFLAGS|GOWORK|PIPENV_PIPFILE|POETRY_\w*(?:DIRECTORY|PROJECT)"
)
# Of pip: alone, and with a value that is no file which an installation reads.
PIP_FLAGS = frozenset(
    (
        "-U",
        "--upgrade",
        "-I",
        "--ignore-installed",
        "--force-reinstall",
        "--reinstall",
        "--no-deps",
        "--no-cache-dir",
        "--no-cache",
        "--user",
        "--system",
        "--pre",
        "-q",
        "-qq",
        "--quiet",
        "-v",
        "-vv",
        "--verbose",
        "--no-input",
        "--no-color",
        "--require-hashes",
        "--verify-hashes",
        "--compile",
        "--no-compile",
        "--compile-bytecode",
        "--no-build",
        "--no-build-isolation",
        "--prefer-binary",
        "--break-system-packages",
        "--disable-pip-version-check",
        "--no-python-version-warning",
        "--no-warn-script-location",
        "--no-warn-conflicts",
        "--use-pep517",
        "--no-clean",
        "--exact",
        "--strict",
        "--no-progress",
        "--no-progress-bar",
    )
)
PIP_VALUES = frozenset(
    (
        "-t",
        "--target",
        "--prefix",
        "--root",
        "--python",
        "-p",
        "-i",
        "--index-url",
        "--extra-index-url",
        "--trusted-host",
        "--timeout",
        "--retries",
        "--platform",
        "--python-version",
        "--implementation",
        "--abi",
        "--only-binary",
        "--no-binary",
        "--progress-bar",
        "--cache-dir",
        "--log",
        "--src",
        "-w",
        "--wheel-dir",
        "-d",
        "--dest",
        "--link-mode",
        "--no-build-isolation-package",
        "--upgrade-strategy",
        "--root-user-action",
        "--index",
    )
)


def _flags(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words))


_NODE_HARMLESS = _flags(
    "--(?:omit|only|include|audit|fund|loglevel|network-timeout|registry|install-strategy)(?:=.*)?",
    "--(?:production|prod|dev|frozen-lockfile|immutable|ignore-scripts|legacy-peer-deps)(?:=.*)?",
    "--(?:no-audit|no-fund|no-optional|no-progress|no-save|no-update-notifier|force|silent|verbose)",
    "--(?:pure-lockfile|non-interactive|prefer-offline|prefer-frozen-lockfile|global|quiet)",
    "--ignore-(?:engines|optional|platform)|-[DPgqsf]",
)
# Of a manager, flags that are known to name no file that an installation reads.
_HARMLESS: Mapping[str, re.Pattern[str]] = {
    "uv": _flags(
        "--(?:frozen|locked|no-dev|no-default-groups|no-install-project|no-cache|no-editable)",
        "--(?:compile-bytecode|all-extras|all-groups|no-managed-python|no-python-downloads)",
        "--(?:quiet|verbose|no-progress|extra|group|no-group|only-group|python|link-mode)(?:=.*)?",
        "-[qvp]",
    ),
    "poetry": _flags(
        "--(?:no-root|no-interaction|no-ansi|sync|no-cache|no-directory|compile|all-extras)",
        "--(?:only|without|with|extras)(?:=.*)?",
        "-n|-q|-v+|-E",
    ),
    "pipenv": _flags("--(?:deploy|system|ignore-pipfile|dev|clear|verbose)|-d"),
    "npm": _NODE_HARMLESS,
    "yarn": _NODE_HARMLESS,
    "pnpm": _NODE_HARMLESS,
    "bun": _NODE_HARMLESS,
    "go": _flags("-x"),
    "bundler": _flags(
        "--(?:jobs|retry|without|with)(?:=.*)?", "--(?:deployment|frozen|quiet)", r"-j\d*"
    ),
    "composer": _flags(
        "--(?:no-dev|no-scripts|no-autoloader|prefer-dist|no-interaction|no-progress|no-ansi)",
        "--(?:no-plugins|quiet|optimize-autoloader|classmap-authoritative|no-suggest|ansi)",
        "--ignore-platform-reqs?(?:=.*)?|-[noqv]+",
    ),
    "maven": _flags(
        "-B|-q|-U|-e|-ntp|--batch-mode|--quiet|--no-transfer-progress|--errors",
        r"-DskipTests(?:=\w+)?|-Dmaven\.test\.skip(?:=\w+)?",
    ),
}


def understood(found: Install, variables: Collection[str]) -> bool:
    """Whether all its flags are known to name no file, and none of the variables names one."""
    set_ = {*variables, *(each.partition("=")[0] for each in found.command.settings)}
    if any(map(_POINTS.fullmatch, set_)):
        return False
    harmless = _HARMLESS.get(found.manager.name)
    flags = [each for each in found.command.words[1:] if each.startswith("-")]
    return harmless is None or all(harmless.fullmatch(each) for each in flags)
