from __future__ import annotations

import pytest

from generator.explain.dockerfile.mounts import fields
from generator.explain.dockerfile.refused import Refused
from generator.explain.stages import CONTEXT, Mount, Origin
from tests.explain.planned import refused, run

SCRATCH = Origin("scratch")


def mounted(*options: str, above: str = "") -> tuple[Mount, ...]:
    flags = " ".join(f"--mount={each}" for each in options)
    return run(f"FROM a AS b\nFROM a\nWORKDIR /w\n{above}\nRUN {flags} x").mounts


def test_a_bind_is_of_the_whole_context_and_not_to_be_written() -> None:
    assert mounted("target=c") == (Mount("bind", "/w/c", CONTEXT, "/", (("ro", "true"),)),)


def test_a_bind_has_an_origin_and_a_source() -> None:
    assert mounted("type=bind,from=B,src=./d/../e,dst=/c,rw") == (
        Mount("bind", "/c", Origin("stage", stage=0), "/e", (("ro", "false"),)),
    )


def test_a_stages_number_is_an_image_to_a_mount() -> None:
    assert mounted("from=0,target=/c")[0].origin == Origin("image", "0")


def test_values_are_expanded_but_from_is_not() -> None:
    found = mounted("type=$T,target=/${C:-d}", above="ARG T=cache")
    assert found[0] == Mount("cache", "/d", SCRATCH, "/", (("id", "default"), ("ro", "false")))


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ("", "default"),
        (",sharing=shared", "default"),
        (",id=/c", "default"),
        (",id=mine", "custom"),
        (",sharing=locked", "custom"),
        (",id=yours,sharing=private", "custom"),
    ],
)
def test_of_a_caches_id_and_sharing_only_their_kind_counts(options: str, kind: str) -> None:
    (found,) = mounted(f"type=cache,target=/c{options}")
    assert found.options == (("id", kind), ("ro", "false"))


def test_a_cache_can_have_an_owner_and_an_origin() -> None:
    (found,) = mounted("type=cache,target=/c,uid=1000,mode=0700,from=b,id=x")
    assert found == Mount(
        "cache",
        "/c",
        Origin("stage", stage=0),
        "/",
        (("gid", "0"), ("id", "custom"), ("mode", "700"), ("ro", "false"), ("uid", "1000")),
    )


def test_a_tmpfs_has_a_size_in_bytes() -> None:
    (found,) = mounted("type=tmpfs,target=/c,size=64m")
    assert found.options == (("ro", "false"), ("size", "67108864"))


def test_a_secret_is_a_file_or_a_variable() -> None:
    file, variable = mounted("type=secret,id=a/b", "type=secret,id=c,env=D,required")
    assert file.target == "/run/secrets/b"
    assert dict(file.options)["required"] == "false"
    assert variable.target == ""
    assert variable.options == (
        ("env", "D"),
        ("gid", "0"),
        ("id", "c"),
        ("mode", "400"),
        ("required", "true"),
        ("uid", "0"),
    )


def test_a_secrets_usual_mode_is_the_same_if_it_is_said() -> None:
    assert mounted("type=secret,id=a,mode=0400") == mounted("type=secret,id=a")


def test_a_socket_has_an_id() -> None:
    (found,) = mounted("type=ssh")
    assert dict(found.options) == {
        "gid": "0",
        "id": "default",
        "mode": "600",
        "required": "false",
        "uid": "0",
    }


def test_mounts_are_in_the_order_of_their_targets() -> None:
    found = mounted("type=ssh", "target=/z", "type=secret,id=a", "type=tmpfs,target=/b")
    assert [each.type for each in found] == ["tmpfs", "bind", "secret", "ssh"]


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        ("type=bnid,target=/c", "unsupported mount type 'bnid'"),
        ("typ=bind,target=/c", "unexpected key 'typ' in 'typ=bind'"),
        ("target", "invalid field 'target' must be a key=value pair"),
        ("target=/", "invalid mount target '/'"),
        ("target=/c,uid=1", "uid not allowed for 'bind' type mounts"),
        ("target=/c,size=1", "unexpected key 'size' for mount type 'bind'"),
        ("target=/c,required", "unexpected key 'required' for mount type 'bind'"),
        ("target=/c,ro=maybe", "invalid value for ro: maybe"),
        ("target=/c,sharing=locked", "invalid cache sharing set for bind mount"),
        ("type=cache,target=/c,sharing=x", "unsupported sharing value 'x'"),
        ("type=cache,target=/c,mode=9", "invalid value 9 for mode"),
        ("type=tmpfs,target=/c,size=much", "invalid value for size: much"),
        ("type=secret", "invalid secret mount. one of source, target required"),
        ("type=secret,id=a,src=b", "both source and id can't be set"),
        ("type=secret,id=a,from=b", "secret mount should not have a from"),
        ("type=ssh,src=a", "ssh does not support source"),
    ],
)
def test_wrong_mounts_are_refused(option: str, reason: str) -> None:
    assert refused(f"FROM a\nRUN --mount={option} x").reason == reason


def test_fields_can_be_quoted() -> None:
    assert fields('a=b,"c=d,e ""f""",g') == ("a=b", 'c=d,e "f"', "g")


@pytest.mark.parametrize("value", ['a"b', '"a', '"a"b'])
def test_wrong_quotes_are_refused(value: str) -> None:
    with pytest.raises(Refused, match="failed to parse csv mounts"):
        fields(value)
