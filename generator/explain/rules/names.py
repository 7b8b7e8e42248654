"""What variables' names say about how often their values change."""

from __future__ import annotations

import re

_OF_COMMIT = re.compile(
    r"(?:[A-Z0-9]+_)*(?:SHA|SHA1|COMMIT|COMMITSHA|REVISION|REV|VCS_REF|GITHASH)"
    r"|(?:[A-Z0-9]+_)*COMMIT_(?:SHA|SHORT_SHA|HASH|ID|REF|DATE|TAG|TIMESTAMP)"
    r"|(?:[A-Z0-9]+_)*GIT_(?:SHA|HASH|REF|REV|REVISION|TAG|BRANCH|COMMIT|DESCRIBE|VERSION|ID)"
    r"|(?:[A-Z0-9]+_)*BUILD_(?:DATE|TIME|TIMESTAMP|ID|NUMBER|NUM|REF|REVISION|TAG|VERSION)"
    r"|BUILDDATE|BUILDTIME|BUILDNUMBER|GITHUB_(?:SHA|REF|RUN_ID|RUN_NUMBER)|CI_PIPELINE_ID"
    r"|SOURCE_COMMIT|SOURCE_VERSION|DATE_CREATED|CREATED"
)
_RELEASE = re.compile(
    r"(?:APP|APPLICATION|PACKAGE|PROJECT|IMAGE|SERVICE|RELEASE|PRODUCT)?_?(?:VERSION|RELEASE|TAG)"
)
_SETTING = re.compile(r"(?:[A-Z0-9]+_)*(?:PORT|RELEASE|REVISION|BUILD|COMMIT|MAINTAINER|AUTHOR)")
_SECRET = re.compile(
    r"(?:.*_)?(?:TOKEN|PASSWORD|PASSWD|SECRET|AUTH|CREDENTIALS?|KEY|USERNAME)(?:_.*)?"
)
_EPOCH = "SOURCE_DATE_EPOCH"


def of_commit(name: str) -> bool:
    """Whether a variable has another value at each commit, or each build."""
    return _OF_COMMIT.fullmatch(name.upper()) is not None


def of_release(name: str) -> bool:
    """Whether it has another value at each release of the project, and perhaps each commit."""
    return _RELEASE.fullmatch(name.upper()) is not None


def of_secret(name: str) -> bool:
    """Whether programs look for it in the environment, as their settings' files name it there."""
    return _SECRET.fullmatch(name.upper()) is not None


def is_epoch(name: str) -> bool:
    return name == _EPOCH


def of_running(name: str) -> bool:
    """Whether it is a setting of the service or a word about it, that no installation goes by."""
    return _SETTING.fullmatch(name.upper()) is not None or of_commit(name) or of_release(name)
