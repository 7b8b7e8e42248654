"""Dockerfiles that nobody would write, and edits of them: one program for each seed.

They build by construction: a COPY from a stage takes what is surely there, and what later
instructions need is never renamed by an edit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.engine.oracle.cases import Case, Edit

GROUP = "random"
_IMAGE = "debian:bookworm-slim"
_IMAGES = (_IMAGE, "alpine:3.21", "node:22")
_FOLDERS = ("app", "lib", "lib/deep", "docs")
# Always there and never left out, so that an instruction may name it.
_SURE = (*(f"{folder}/keep.txt" for folder in _FOLDERS), "top.txt", "other.txt")
_MAYBE = (
    "app/a.py",
    "app/b.tmp",
    "lib/c.md",
    "lib/deep/d.tmp",
    "lib/deep/e.py",
    "docs/f.md",
    "docs/sub/g.md",
    "README.md",
    ".env",
    "x.tmp",
)
_IGNORED = (
    "*.md",
    "**/*.md",
    "**/*.tmp",
    "*.tmp",
    ".env",
    ".*",
    "lib/deep\n!lib/deep/keep.txt",
    "docs/*\n!docs/keep.txt",
    "**/*\n!**/keep.txt\n!top.txt\n!other.txt\n!app",
    "docs/sub",
    "!README.md",
    "Dockerfile",
    "# nothing",
)
_EDITS = 6


@dataclass
class _Stage:
    name: str
    image: str | None
    runs: bool  # there is a shell
    folders: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


class _Program:
    """A Dockerfile in the making, and what may be edited of it."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.lines: list[str] = []
        self.editable: list[int] = []
        self.stages: list[_Stage] = []
        self.arguments: list[str] = []
        self.named: set[str] = set()
        self.images: set[str] = set()
        self.count = 0

    def word(self, stem: str) -> str:
        self.count += 1
        return f"{stem}{self.count}"

    def put(self, text: str, *, editable: bool = True) -> None:
        if editable:
            self.editable.append(len(self.lines) + 1)
        self.lines += text.split("\n")

    def one_of(self, choices: Sequence[str]) -> str:
        return self.random.choice(choices)

    def often(self, share: float) -> bool:
        return self.random.random() < share

    # --- stages ---------------------------------------------------------------------------------

    def write(self) -> None:
        for argument in ("EARLY", "COMMON")[: self.random.randrange(3)]:
            self.put(f"ARG {argument}=1")
            self.arguments.append(argument)
        count = self.random.randrange(1, 5)
        for index in range(count):
            self.stage(last=index == count - 1)

    def stage(self, *, last: bool) -> None:
        stage = self.begin()
        self.stages.append(stage)
        for _ in range(self.random.randrange(1, 8)):
            self.step(stage)
        if last and len(self.stages) > 1:
            self.copy_from(stage)

    def begin(self) -> _Stage:
        name = self.word("s")
        label = f" AS {name}" if self.often(0.8) else ""
        name = name if label else str(len(self.stages))
        named = [each for each in self.stages if not each.name.isdigit()]
        if named and self.often(0.35):
            base = self.random.choice(named)
            self.put(f"FROM {base.name}{label}", editable=False)
            return _Stage(name, base.image, base.runs, [*base.folders], [*base.files])
        if self.often(0.15):
            self.put(f"FROM scratch{label}", editable=False)
            stage = _Stage(name, None, runs=False)
            self.copy(stage)
            return stage
        image = self.one_of(_IMAGES)
        self.images.add(image)
        self.put(f"FROM {image}{label}", editable=self.often(0.3))
        return _Stage(name, image, runs=True)

    def step(self, stage: _Stage) -> None:
        steps: list[tuple[Callable[[_Stage], None], int]] = [
            (self.copy, 6),
            (self.copy_from, 4),
            (self.note, 3),
            (self.variable, 3),
            (self.workdir, 1),
            (self.heredoc, 1),
        ]
        if stage.runs:
            steps += [(self.run, 5), (self.mount, 3), (self.as_user, 1), (self.script, 1)]
        chosen = self.random.choices([each for each, _ in steps], [each for _, each in steps])
        chosen[0](stage)

    # --- files ----------------------------------------------------------------------------------

    def flags(self, *, folder: bool) -> str:
        flags = ""
        if self.often(0.3):
            flags += " --link"
        if self.often(0.15):
            flags += self.one_of((" --chmod=644", " --chmod=0755", " --chmod=u=rwX,go=rX"))
        if self.often(0.15):
            flags += self.one_of((" --chown=1000:1000", " --chown=1", " --chown=0:0"))
        if folder and self.often(0.2):
            flags += self.one_of((" --exclude=*.md", " --exclude=**/*.tmp", " --exclude=deep"))
        return flags

    def copy(self, stage: _Stage) -> None:
        verb = self.one_of(("COPY", "COPY", "COPY", "ADD"))
        target = f"/{self.word('c')}"
        shape = self.random.randrange(5)
        if shape == 0:
            source = self.one_of(_SURE)
            self.named.add(source)
            self.put(f"{verb}{self.flags(folder=False)} {source} {target}")
            stage.files.append(target)
        elif shape == 1:
            sources = self.random.sample(_SURE, 2)
            self.named.update(sources)
            if sources[0].rpartition("/")[2] == sources[1].rpartition("/")[2]:
                sources = sources[:1]
            self.put(f"{verb}{self.flags(folder=False)} {' '.join(sources)} {target}/")
            stage.folders.append(target)
            stage.files += [f"{target}/{each.rpartition('/')[2]}" for each in sources]
        elif shape == 2:
            folder = self.one_of((*_FOLDERS, "."))
            self.put(f"{verb}{self.flags(folder=True)} {folder} {target}")
            stage.folders.append(target)
        elif shape == 3:
            pattern = self.one_of(("*.txt", "app/*.txt", "l*/keep.txt", "*/k*.txt", "lib/*"))
            self.put(f"{verb}{self.flags(folder=False)} {pattern} {target}/")
            stage.folders.append(target)
        else:
            variable = self.one_of(self.arguments or ["NONE"])
            source = self.one_of(_SURE)
            self.named.add(source)
            self.put(f"{verb} {source} {target}/${{{variable}:-none}}/")
            stage.folders.append(target)

    def copy_from(self, stage: _Stage) -> None:
        others = [
            each for each in self.stages if each is not stage and (each.files or each.folders)
        ]
        if not others:
            return self.copy(stage)
        other = self.random.choice(others)
        target = f"/{self.word('f')}"
        name = self.one_of((other.name, str(self.stages.index(other))))
        if other.files and self.often(0.6):
            path = self.one_of(other.files)
            self.put(f"COPY --from={name}{self.flags(folder=False)} {path} {target}")
            stage.files.append(target)
        elif other.folders:
            path = self.one_of(other.folders)
            self.put(f"COPY --from={name}{self.flags(folder=True)} {path} {target}")
            stage.folders.append(target)
        return None

    def heredoc(self, stage: _Stage) -> None:
        target = f"/{self.word('h')}"
        quoted = self.one_of(("EOF", "'EOF'"))
        self.put(f"COPY{self.flags(folder=False)} <<{quoted} {target}\n@SALT@ $COMMON\nEOF")
        stage.files.append(target)

    # --- commands -------------------------------------------------------------------------------

    def run(self, stage: _Stage) -> None:
        shape = self.random.randrange(4)
        if shape == 0 or not stage.files:
            self.put(f"RUN echo {self.word('r')}")
        elif shape == 1:
            target = f"/{self.word('o')}"
            self.put(f"RUN cp {self.one_of(stage.files)} {target}")
            stage.files.append(target)
        elif shape == 2:
            target = f"/{self.word('o')}"
            self.put(
                f"RUN mkdir {target} && \\\n    # always the same\n    echo same > {target}/same"
            )
            stage.folders.append(target)
            stage.files.append(f"{target}/same")
        else:
            self.put(f'RUN ["echo", "{self.word("r")}"]')

    def script(self, stage: _Stage) -> None:
        self.put(f"RUN <<EOF\necho {self.word('r')}\ntrue\nEOF")

    def mount(self, stage: _Stage) -> None:
        # A mount knows no stage by its number.
        others = [each for each in self.stages if each is not stage and each.files]
        others = [each for each in others if not each.name.isdigit()]
        shape = self.random.randrange(4)
        if shape == 0:
            source = self.one_of((*_SURE, *_FOLDERS))
            self.named.add(source)
            self.put(f"RUN --mount=type=bind,source={source},target=/m ls -la /m")
        elif shape == 1:
            self.put(f"RUN --mount=target=/m ls /m && echo {self.word('r')}")
        elif shape == 2 and others:
            other = self.random.choice(others)
            path = self.one_of(other.files)
            self.put(f"RUN --mount=from={other.name},source={path},target=/m cat /m")
        else:
            kind = self.one_of(("cache", "tmpfs"))
            self.put(f"RUN --mount=type={kind},target=/m echo {self.word('r')} > /m/x")

    def as_user(self, stage: _Stage) -> None:
        self.put("USER 1000")
        self.put(f"RUN echo {self.word('r')}")
        self.put("USER 0", editable=False)

    # --- what makes no layer --------------------------------------------------------------------

    def note(self, stage: _Stage) -> None:
        self.put(
            self.one_of(
                (
                    'LABEL a="1"',
                    "EXPOSE 80",
                    'CMD ["x"]',
                    "ENTRYPOINT x",
                    "VOLUME /v",
                    "STOPSIGNAL SIGTERM",
                    "HEALTHCHECK CMD x",
                    'SHELL ["/bin/sh", "-c"]',
                    "ONBUILD LABEL x=1",
                )
            )
        )

    def variable(self, stage: _Stage) -> None:
        shape = self.random.randrange(4)
        if shape == 0 and self.arguments:
            self.put(f"ARG {self.one_of(self.arguments)}")
        elif shape == 1:
            name = self.word("ARG")
            self.put(f"ARG {name}=one")
            self.arguments.append(name)
        elif shape == 2 and self.arguments:
            name = self.one_of(self.arguments)
            self.put(f"ENV {self.word('ENV')}=x$" + name)
        else:
            self.put(f"ENV {self.one_of(('SAME', self.word('ENV')))}=one")

    def workdir(self, stage: _Stage) -> None:
        path = self.one_of(("/", "/w", "/tmp", "sub", f"/{self.word('w')}"))
        self.put(f"WORKDIR {path}", editable=path not in ("/", "sub"))

    # --- edits ----------------------------------------------------------------------------------

    def edits(self) -> list[str]:
        removable = [each for each in (*_SURE, *_MAYBE) if each not in self.named]
        removable = [each for each in removable if not each.endswith("keep.txt")]
        files = (*_SURE, *_MAYBE)
        choices = [
            self.one_of(files),
            self.one_of(files),
            self.one_of(("**/*.py", "app", "lib/**", "*.txt")),
            f"+{self.one_of((*_FOLDERS, 'app/new/er'))}/{self.one_of(('n.py', 'n.md', 'n.tmp'))}",
            f"+{self.word('n')}",
            f"mode:{self.one_of((*_SURE, *_FOLDERS))}",
            f"-{self.one_of([each for each in removable if each not in ('top.txt', 'other.txt')])}",
            "base",
        ]
        choices += [
            f"line:{line}" for line in self.random.sample(self.editable, min(3, len(self.editable)))
        ]
        if self.arguments:
            choices.append(f"arg:{self.one_of(self.arguments)}")
        chosen = self.random.sample(choices, _EDITS)
        return [each for each in dict.fromkeys(chosen) if each != "base" or self.images]


def program(seed: int) -> Case:
    made = _Program(seed)
    made.write()
    random = made.random
    ignored = random.sample(_IGNORED, random.randrange(5))
    contents = {".dockerignore": "".join(f"{each}\n" for each in ignored)} if ignored else {}
    return Case(
        name=f"seed {seed}",
        group=GROUP,
        dockerfile="\n".join(made.lines) + "\n",
        edits=tuple(Edit(change, change=change) for change in made.edits()),
        files=(*_SURE, *_MAYBE),
        contents=contents,
        images=dict.fromkeys(sorted(made.images), ""),
    )
