from __future__ import annotations

import pytest

from generator.explain.dockerfile.refused import Refused
from generator.explain.stages.platforms import here, predefined, read, wanted


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("linux/amd64", "linux/amd64"),
        ("linux/x86_64", "linux/amd64"),
        ("Linux/arm64/v8", "linux/arm64"),
        ("linux/arm", "linux/arm/v7"),
        ("linux/arm/v6", "linux/arm/v6"),
        ("arm64", "linux/arm64"),
        ("windows", f"windows/{here().arch}"),
        ("linux/riscv64", "linux/riscv64"),
    ],
)
def test_a_platform_is_written_in_one_way(text: str, platform: str) -> None:
    assert str(read(text)) == platform


@pytest.mark.parametrize("text", ["", "a/b/c/d", "linux/", "toaster", "linux/a b"])
def test_what_is_no_platform_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="failed to parse platform"):
        read(text)


def test_several_can_be_wanted_and_none_is_this_machines() -> None:
    assert [str(each) for each in wanted("linux/amd64, linux/386")] == ["linux/amd64", "linux/386"]
    assert wanted(None) == (here(),)


def test_a_target_without_a_name_is_the_default() -> None:
    assert predefined(read("linux/arm/v6"), "")["TARGETSTAGE"] == "default"
    assert predefined(read("linux/arm/v6"), "")["TARGETVARIANT"] == "v6"
