"""Real git repositories, which no configuration of whoever runs the tests reaches."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from generator.explain.answer import EditAnswer
from generator.explain.ask import Question, ask
from generator.explain.context import Context
from generator.explain.load import text_of
from generator.explain.stages import Settings
from tests.explain.builds import write


@dataclass(frozen=True)
class Repository:
    folder: Path

    def git(self, *arguments: str) -> str:
        names = {"GIT_AUTHOR_NAME": "a", "GIT_COMMITTER_NAME": "a"}
        mails = {"GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_EMAIL": "a@b"}
        done = subprocess.run(
            ["git", "-c", "protocol.file.allow=always", *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, **names, **mails},
        )
        return done.stdout.strip()

    def write(self, **files: str) -> None:
        write(self.folder, files)

    def commit(self, message: str = "x") -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD")


def repository(folder: Path, files: dict[str, str]) -> Repository:
    """One commit of these files."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Repository(folder)
    made.git("init", "--quiet", "--initial-branch", "main")
    write(folder, files)
    made.commit()
    return made


def since(
    context: Path, revision: str = "HEAD", dockerfile: Path | None = None, **settings: object
) -> EditAnswer:
    """What has changed, as `--since` answers; the Dockerfile is the context's own if not said."""
    file = dockerfile or context / "Dockerfile"
    question = Question(
        Context(context, file),
        file,
        file.name,
        text_of(file, file.name),
        Settings(**settings),  # type: ignore[arg-type]
        since=revision,
    )
    (answer,) = ask(question).edits
    return answer


def again(answer: EditAnswer) -> dict[int, str]:
    """Line -> why, of the steps that re-run."""
    return {each.step.line: each.reason for each in answer.outcomes if each.reruns}
