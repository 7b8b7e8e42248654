"""Dockerfiles, ignore files, edits and arguments that nobody should write, and what comes of them.

All of it is drawn from a `random.Random`, so that a number gives the same inputs again.
"""

from __future__ import annotations

import os
import signal
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from generator.errors import BadDockerfile, DockerizeError
from generator.explain.ask import Question, ask
from generator.explain.context import Context, patterns
from generator.explain.report import FORMATS, people
from generator.explain.stages import Settings

REPOSITORY = Path(__file__).parents[2]
# Seconds of the processor that an input may take.
PATIENCE = 2.0
_USAGE = 2
# How often a thing is right, and how often it is there at all.
_MOSTLY = 0.85
_SOMETIMES = 0.1

_INSTRUCTIONS = (
    "FROM", "FROM scratch AS", "FROM debian AS", "FROM base AS", "FROM base", "FROM 0", "FROM $A",
    "RUN", "RUN", "COPY", "COPY", "COPY", "ADD", "ENV", "ARG", "LABEL", "WORKDIR", "USER", "SHELL",
    "CMD", "ENTRYPOINT", "EXPOSE", "VOLUME", "STOPSIGNAL", "HEALTHCHECK", "ONBUILD", "MAINTAINER",
    "COPYY", "run", "# escape=`", "# syntax=x", "# check=skip=all", "#", "E", "\tE", "", "  ",
    "# dockerize: ignore=", "ONBUILD COPY", "ONBUILD RUN", "ONBUILD ARG",
)  # fmt: skip
_WORDS = (
    "a", "a.py", "src", "src/", "/b", "./c/", ".", "..", "../..", "/", "/etc/passwd", "$A", "${A}",
    "${B:-c d}", "${A%.*}", "${A//a/b}", "${A##*/}", "${", "$", "'", '"', '"q $A"', "'r s'", "\\",
    "\\ ", "<<E", "<<-E", "<<'E'", "3<<E", "<<", "[", '["a", "b"]', "[1]", '["a",', "[[[[", "--x",
    "--from=base", "--from=0", "--from=-1", "--from=9", "--from=debian", "--from=$A", "--link",
    "--chmod=755", "--chmod=u+x", "--chmod=999", "--chown=$A", "--exclude=*.py", "--exclude=[",
    "--exclude=**/x", "--exclude=a{1000}", "--parents", "--platform=linux/arm64",
    "--platform=$BUILDPLATFORM", "--mount=type=cache,target=/c", "--mount=target=d", "--mount=",
    "--mount=type=bind,from=base,source=src,target=/b", "--mount=type=secret,id=s",
    "--mount=type=bind,source=../..,target=/b", "--mount=type=bind,source=loop,target=/b",
    "--mount=type=tmpfs,target=/t,size=1g", "--mount=type=ssh", "--network=none", "AS base", "base",
    "scratch", "debian", "https://a/b.git", "http://a/b", "git@a:b", "*", "?", "*.py", "s*c/**",
    "[a-z]*", "[", "[^", "=", "A=b", "B=$A", "A=$A$A", "A", "#", "# no", "NONE", "CMD x", "80/tcp",
    "SIGTERM", "\u00e9", "\x00", "\ud800", "\u2028", "RUN x", "loop", "abs", "up", "loop/x",
    "abs/x", "up/x", "links/deep", "fifo", "pip install -r requirements.txt", "apt-get update",
    "&& apt-get install -y x", "npm ci", "\\\n", "|", ";", "&&", "x" * 300, "\t",
)  # fmt: skip
# Lines that are right, so that not all is over with the first word.
_RIGHT = (
    "FROM debian AS {}\n", "FROM base AS {}\n", "FROM scratch AS {}\n", "COPY . .\n",
    "COPY src /b\n", "COPY *.py ./\n", "COPY --from=base /b /c\n", "COPY --from=base /b/a.py /c/\n",
    "RUN make\n", "RUN --mount=type=bind,source=src,target=/s pip install .\n", "ARG A=1\n",
    "ARG B\n", "ENV A=$B C=$A\n", "WORKDIR /w$A\n", "WORKDIR x\n", "USER $A\n",
    "RUN <<E\nmake $A\nE\n", "COPY <<E /x\n$A\nE\n", "COPY --link up loop abs links/ /l/\n",
    "ADD http://a/b /d\n", "RUN --mount=from=base,source=/b,target=/b make\n",
    "COPY --exclude=*.py --chmod=755 src /e/\n", "COPY --from=debian /etc/passwd /etc/\n",
    "ONBUILD COPY . .\n", "CMD x\n", "EXPOSE 80\n", "COPY --from=0 /c* /c/\n",
    "COPY --parents src/./b/*.py /p\n", "COPY src/round links2 fifo /q/\n",
    "RUN pip install -r requirements.txt\n", "RUN apt-get update\n", 'SHELL ["/bin/bash", "-c"]\n',
    "# dockerize: ignore=cache-mount\n", "COPY ../outside/x /etc/passwd ./\n",
    "COPY up/x abs/x /u/\n", "RUN --mount=type=cache,target=/root/.cache/pip pip install x\n",
    "ADD a.py.tar.gz /t\n",
)  # fmt: skip
_ENDS = ("\n", "\n", "\n", "\n", "\r\n", "\\\n", " \\ \n", "`\n", "\n\n", "\nE\n", "\r", "")
_PATTERNS = (
    "*", "**", "!src", "!**/*.py", "src", "/src/", "a{1000}", "a{2,}", "[", "[a-", "[^a]", "\\",
    "!", "#", "  # x", "..", "../x", ".", "/", "**/**/**/x", "*a*a*a*a*a*a*b", "(a|b)", "^", "$",
    "\u00e9", "\ufeff", "\x00", "\udcff", "?", "src/*/..", "!src/../a", "x" * 200, "loop", "up/**",
)  # fmt: skip
_CHANGES = (
    "src/a.py", "a.py", ".", "", "src", "src/", "src/*.py", "**", "**/*", "[", "[slug].js",
    "nothing", "+new", "+src/new", "+loop/x", "+../x", "+/etc/x", "+a.py/x", "+", "-a.py", "-src",
    "-loop", "-", "-..", "mode:a.py", "mode:src", "mode:.", "mode:loop", "mode:", "arg:A", "arg:B",
    "arg:HTTP_PROXY", "arg:", "arg:A=b", "base", "base:base", "base:0", "base:99999999999999999999",
    "base:", "line:1", "line:2", "line:5", "line:0", "line:-1", "line:x",
    "line:99999999999999999999", "comment", "loop", "abs", "up", "up/x", "abs/passwd",
    "/etc/passwd", "../outside", "./a.py", "fifo", "\x00", "\udcff", "Dockerfile", ".dockerignore",
    "links/deep/a.py", "a\nb", "*" * 50, "!src", "#", "\\",
)  # fmt: skip
_CHANGES_THAT_ARE = (
    "src/a.py", "a.py", ".", "src", "src/*.py", "**", "+new", "+src/new", "-a.py", "-src", "-loop",
    "mode:a.py", "mode:src", "mode:.", "arg:HTTP_PROXY", "base", "line:1", "line:2", "comment",
    "loop", "links/a.py", "fifo", "a\nb", "[slug].js", ".git/config", "arg:SOURCE_DATE_EPOCH",
    "line:3",
)  # fmt: skip
_NAMES = ("A", "B", "", "PATH", "HTTP_PROXY", "SOURCE_DATE_EPOCH", "BUILDKIT_MULTI_PLATFORM")
_VALUES = ("", "1", "a b", "$A", "..", "\x00", "\udcff", "x" * 1000, "base", "linux/arm64", "'")
_PLATFORMS = (
    "linux/amd64",
    "linux/arm64/v8",
    "x",
    "",
    "linux/amd64,linux/arm64",
    "a/b/c/d",
    "\x00",
)
_TARGETS = ("base", "0", "-1", "99", "nothing", "BASE", "", "\x00")
_PROMISES = ("src/**=RUN", "a.py=ALL", "=RUN", "x", "a.py=", "**=COPY,ADD", "base=WORKDIR")


@dataclass(frozen=True)
class Hostile:
    dockerfile: str
    ignore: str
    settings: Settings
    changes: tuple[str, ...]
    keep: tuple[str, ...]


@dataclass(frozen=True)
class Came:
    """`kind` is `answer`, the name of an error, or what must not be, which begins with `!`.

    `text` is all that was printed, or what went wrong.
    """

    kind: str
    text: str


ORDINARY = Hostile("FROM a\nCOPY . .\nRUN pip install .\n", "", Settings(), (), ())


class TooSlow(BaseException):
    """Not an Exception, so that nobody takes it for one."""


def real_dockerfiles() -> list[str]:
    """Those of the engine's tests, and the parts of the templates that are one."""
    found = [
        path.read_text("utf-8") for path in sorted(REPOSITORY.glob("templates/**/Dockerfile*"))
    ]
    for path in sorted(REPOSITORY.glob("tests/engine/cases/**/*.toml")):
        read = tomllib.loads(path.read_text("utf-8"))
        cases = read.get("case", [read])
        found += [case["dockerfile"] for case in cases if "dockerfile" in case]
    return found


def drawn(random: Random, real: list[str]) -> Hostile:
    return Hostile(
        random.choice(_KINDS)(random, real),
        "\n".join(_some(random, _PATTERNS, 4)) if random.random() < _SOMETIMES * 3 else "",
        Settings(
            random.choice(_TARGETS) if random.random() < _SOMETIMES else None,
            _arguments(random),
            {},
            random.choice(_PLATFORMS) if random.random() < _SOMETIMES else None,
        ),
        _edits(random),
        _some(random, _PROMISES, 1) if random.random() < _SOMETIMES else (),
    )


def _arguments(random: Random) -> dict[str, str]:
    if random.random() < _MOSTLY:
        return {}
    return {random.choice(_NAMES): random.choice(_VALUES) for _ in range(random.randint(1, 3))}


def _edits(random: Random) -> tuple[str, ...]:
    texts = _CHANGES if random.random() > _MOSTLY else _CHANGES_THAT_ARE
    return _some(random, texts, 3) if random.random() > _SOMETIMES else ()


def _some(random: Random, texts: tuple[str, ...], most: int) -> tuple[str, ...]:
    return tuple(random.choice(texts) for _ in range(random.randint(0, most)))


def _pieces(random: Random, real: list[str]) -> str:
    start = random.choice(("FROM debian AS base\n", "ARG A=1\nFROM scratch AS base\n", ""))
    return start + "".join(_line(random) for _ in range(random.randint(0, 12)))


def _line(random: Random) -> str:
    if random.random() < _MOSTLY:
        return random.choice(_RIGHT).format(random.choice(("base", "b2", "other")))
    words = " ".join(_some(random, _WORDS, 4))
    return f"{random.choice(_INSTRUCTIONS)} {words}{random.choice(_ENDS)}"


def _mutated(random: Random, real: list[str]) -> str:
    lines = random.choice(real).splitlines(keepends=True)
    for _ in range(random.randint(1, 4)):
        random.choice(_MUTATIONS)(random, lines, real)
    return "".join(lines)


def _bytes(random: Random, real: list[str]) -> str:
    data = random.randbytes(random.randint(0, 200))
    return random.choice(("", "FROM a\nRUN ", "FROM a\n")) + data.decode("utf-8", "surrogateescape")


def _delete(random: Random, lines: list[str], real: list[str]) -> None:
    if lines:
        del lines[random.randrange(len(lines))]


def _insert(random: Random, lines: list[str], real: list[str]) -> None:
    lines.insert(random.randint(0, len(lines)), _line(random))


def _swap(random: Random, lines: list[str], real: list[str]) -> None:
    if lines:
        one, other = random.randrange(len(lines)), random.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]


def _repeat(random: Random, lines: list[str], real: list[str]) -> None:
    if lines:
        at = random.randrange(len(lines))
        lines[at:at] = [lines[at]] * random.choice((1, 2, 40))


def _spoil(random: Random, lines: list[str], real: list[str]) -> None:
    if lines:
        at = random.randrange(len(lines))
        cut = random.randint(0, len(lines[at]))
        letter = random.choice(_WORDS) if random.random() < _MOSTLY else chr(random.randrange(256))
        lines[at] = lines[at][:cut] + letter + lines[at][cut + random.randrange(2) :]


def _cut(random: Random, lines: list[str], real: list[str]) -> None:
    del lines[random.randint(0, len(lines)) :]


def _splice(random: Random, lines: list[str], real: list[str]) -> None:
    other = random.choice(real).splitlines(keepends=True)
    lines += other[random.randint(0, len(other)) :]


_KINDS = (_pieces, _pieces, _pieces, _mutated, _mutated, _mutated, _mutated, _bytes)
_MUTATIONS = (_delete, _insert, _insert, _swap, _repeat, _spoil, _spoil, _cut, _splice)


def make_context(root: Path) -> Path:
    """A folder with loops, ways out and names that no shell likes, and one beside it."""
    context = root / "context"
    for name in ("src/a.py", "src/b/c.py", "a.py", "requirements.txt", "package.json", "a\nb",
                 "x*y", "[slug].js", "a b", "back\\slash", ".git/config", ".env", ".py", "-", "+x",
                 "line:1", "Dockerfile", "tests/test_a.py", "README.md"):  # fmt: skip
        (context / name).parent.mkdir(parents=True, exist_ok=True)
        (context / name).write_text(name, "utf-8")
    (root / "outside").mkdir()
    (root / "outside" / "x").touch()
    for name, target in (
        ("loop", "loop"), ("src/round", "."), ("links", "src"), ("links2", "links/b"),
        ("abs", "/etc"), ("up", "../outside"), ("src/deep", "../../outside/x"),
        ("dangling", "nowhere"),
    ):  # fmt: skip
        (context / name).symlink_to(target)
    os.mkfifo(context / "fifo")
    with open(os.fsencode(context) + b"/\xff\xfe.py", "wb"):  # noqa: PTH123
        pass
    return context


def come(hostile: Hostile, context: Path, *, patience: float = PATIENCE) -> Came:
    """What the question is answered with; never raises."""
    try:
        with _limited(patience):
            return Came("answer", _answered(hostile, context))
    except BadDockerfile as error:
        return _located(error, hostile)
    except DockerizeError as error:
        kind = type(error).__name__ if error.status == _USAGE else f"!{type(error).__name__}"
        return Came(kind, f"{error.message}\n{error.hint}")
    except TooSlow:
        return Came("!too slow", "")
    except BaseException as error:  # noqa: BLE001 - it is what is looked for
        return Came(f"!{type(error).__name__}", str(error))


def _answered(hostile: Hostile, context: Path) -> str:
    seen = Context(context, ignore=patterns.read(hostile.ignore))
    question = Question(
        seen,
        context / "Dockerfile",
        "Dockerfile",
        hostile.dockerfile,
        hostile.settings,
        hostile.changes,
        keep=hostile.keep,
    )
    answer = ask(question)
    told = people.text(answer, 80, ("steps", "table", "missing", "edits", "findings", "promises"))
    return told + "".join(format_(answer) for format_ in FORMATS.values())


def _located(error: BadDockerfile, hostile: Hostile) -> Came:
    said = f"{error.message}\n{error.hint}"
    if error.line is not None and not error.hint.startswith(f"{error.line} | "):
        return Came("!a line that is not shown", said)
    where = "without a line" if error.line is None else "located"
    return Came(f"BadDockerfile, {where}", said)


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


class Guard:
    """Hears of all that this process opens, lists or starts; `strayed` are those out of bounds.

    Python's own files and the generator's are none, as they may be imported at any time.
    """

    def __init__(self, context: Path) -> None:
        allowed = (context, REPOSITORY / "generator", Path(sys.prefix), Path(sys.base_prefix))
        self._allowed = tuple(os.path.realpath(each) for each in allowed)
        self._listens = False
        self.strayed: list[str] = []
        # A hook stays for the rest of the process.
        sys.addaudithook(self._hear)

    @contextmanager
    def listening(self) -> Iterator[None]:
        self._listens = True
        try:
            yield
        finally:
            self._listens = False

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self._listens:
            return
        if event in ("open", "os.scandir", "os.listdir"):
            path = arguments[0]
            if isinstance(path, str | bytes) and not self._is_allowed(os.fsdecode(path)):
                self.strayed.append(f"{event} {path!r}")
        elif event.partition(".")[0] in ("subprocess", "socket") or event in _STARTS:
            self.strayed.append(event)

    def _is_allowed(self, path: str) -> bool:
        real = os.path.realpath(path)
        return any(real == each or real.startswith(f"{each}{os.sep}") for each in self._allowed)


_STARTS = ("os.system", "os.exec", "os.posix_spawn", "os.fork", "ctypes.dlopen")
