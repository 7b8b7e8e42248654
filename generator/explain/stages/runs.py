"""RUN, its heredocs and its mounts.

From moby/buildkit, frontend/dockerfile/dockerfile2llb/convert.go and convert_runmount.go.
"""

from __future__ import annotations

from collections.abc import Callable
from posixpath import basename

from generator.explain.dockerfile import Instruction, heredocs, mounts
from generator.explain.dockerfile.refused import Refused
from generator.explain.stages import CONTEXT, Mount, Origin, Run, paths
from generator.explain.stages.scope import Pairs, Reading, Scope

# In the key only if they are not as ever.
_USUAL = {"network": "default", "security": "sandbox"}
_INLINE = "/dev/pipes"
_SCRATCH = Origin("scratch")
# What a mount's file has when only its owner is said.
_MODES = {"secret": "400", "ssh": "600", "cache": "755"}
_OWNERS = ("uid", "gid", "mode")


def run(
    given: Instruction,
    scope: Scope,
    reading: Reading,
    find: Callable[[str], Origin],
    options: Pairs = (),
) -> Run:
    """`find` is where a mount's `from` is looked for. Raises Refused for what BuildKit refuses.

    The text of a script that has a `#!` line is among the options, as `inline`.
    """
    command, inline = _command(given, scope)
    environment, hangs = scope.environment(reading.expander.spend)
    reading.hangs |= hangs
    flags = {flag: value or "" for flag, value in given.flags if flag in _USUAL}
    unusual = {flag: value for flag, value in flags.items() if value != _USUAL[flag]}
    devices = [("device", value or "") for flag, value in given.flags if flag == "device"]
    return Run(
        command=command,
        environment=environment,
        cwd=scope.workdir,
        user=scope.user,
        mounts=_mounts(given, scope, reading, find),
        options=tuple(sorted([*unusual.items(), *devices, *inline, *options])),
    )


def _command(given: Instruction, scope: Scope) -> tuple[tuple[str, ...], Pairs]:
    if given.is_json:
        return given.words, ()
    text = given.words[0] if given.words else ""
    mark = heredocs.marker(text) if given.heredocs else None
    if mark is None:
        bodies = [f"\n{each.body}{each.name}" for each in given.heredocs]
        return (*scope.shell, text + "".join(bodies)), ()
    body = given.heredocs[0].body
    body = heredocs.untabbed(body) if mark.tabs else body
    if body.startswith("#!"):
        return (*scope.shell, f"{_INLINE}/{mark.name}"), (("inline", body),)
    return (*scope.shell, body), ()


def _mounts(
    given: Instruction, scope: Scope, reading: Reading, find: Callable[[str], Origin]
) -> tuple[Mount, ...]:
    """In the key's order: by target, then secrets and sockets as they are written."""
    values = [value or "" for flag, value in given.flags if flag == "mount"]
    found = [_mount(value, scope, reading, find) for value in values]
    files = sorted((each for each in found if each.type in _FILES), key=lambda each: each.target)
    secrets = [each for each in found if each.type == "secret"]
    return (*files, *secrets, *(each for each in found if each.type == "ssh"))


def _mount(value: str, scope: Scope, reading: Reading, find: Callable[[str], Origin]) -> Mount:
    fields = mounts.read(value, reading.word)
    kind = fields["type"]
    if kind == "secret":
        return _secret(fields)
    if kind == "ssh":
        return _ssh(fields)
    target = paths.absolute(scope.workdir, fields.get("target", ""))
    if target == "/":
        raise Refused(f"invalid mount target {target!r}")
    if kind == "tmpfs":
        size = fields.get("size", "0")
        return Mount("tmpfs", target, options=_options(fields, ("ro",), size=size))
    name = mounts.origin(value)
    if kind == "cache":
        return _cache(fields, target, find(name) if name else _SCRATCH)
    read_only = fields.get("ro", "true")
    origin = find(name) if name else CONTEXT
    return Mount("bind", target, origin, _source(fields), (("ro", read_only),))


def _source(fields: dict[str, str]) -> str:
    return paths.absolute("/", fields.get("source", ""))


def _cache(fields: dict[str, str], target: str, origin: Origin) -> Mount:
    """Of its id and its sharing the key holds only whether both are the usual ones."""
    name = fields.get("id") or paths.absolute("/", fields.get("target", ""))
    written = fields.get("target", "").startswith("/")
    usual = fields.get("sharing", "shared") == "shared" and name == target
    usual = usual and (written or bool(fields.get("id")))
    options = _options(fields, ("ro",), id="default" if usual else "custom")
    owned = any(each in fields for each in _OWNERS) and _source(fields) == "/"
    if owned:
        options = tuple(sorted((*options, *_owner(fields))))
    return Mount("cache", target, origin, _source(fields), options)


def _secret(fields: dict[str, str]) -> Mount:
    name = (
        fields.get("source") or fields.get("id") or basename(fields.get("target", "").rstrip("/"))
    )
    target = fields.get("target", "")
    if "env" not in fields:
        target = target or f"/run/secrets/{basename(name.rstrip('/'))}"
    env = {"env": fields["env"]} if "env" in fields else {}
    required = fields.get("required", "false")
    options = (*_options({}, (), id=name, required=required, **env), *_owner(fields))
    return Mount("secret", target, options=tuple(sorted(options)))


def _ssh(fields: dict[str, str]) -> Mount:
    required = fields.get("required", "false")
    options = _options({}, (), id=fields.get("id") or "default", required=required)
    return Mount(
        "ssh", fields.get("target", ""), options=tuple(sorted((*options, *_owner(fields))))
    )


def _owner(fields: dict[str, str]) -> Pairs:
    usual = {"uid": "0", "gid": "0", "mode": _MODES[fields["type"]]}
    return tuple((key, fields.get(key, value)) for key, value in usual.items())


def _options(fields: dict[str, str], keys: tuple[str, ...], **more: str) -> Pairs:
    """`ro` is "false" unless it is said; `more` is as it is."""
    said = {key: fields.get(key, "false") for key in keys}
    return tuple(sorted((said | more).items()))


_FILES = ("bind", "cache", "tmpfs")
