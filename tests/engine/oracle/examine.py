"""Cases built for real and laid beside what was said of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.engine.oracle import predict
from tests.engine.oracle.builds import Built, Failed, Images, Request, build, stand_ins
from tests.engine.oracle.cases import Case, Edit, lay_out, lay_out_named, token
from tests.engine.oracle.predict import Refused, Said, by_comparing
from tests.engine.oracle.realise import edited
from tests.engine.oracle.tally import Tally, Verdict

# Much of a build is waiting for the command line and the engine to talk.
AT_ONCE = 3


def examine(cases: Iterable[Case], scratch: Path, at_once: int = AT_ONCE) -> Tally:
    """Build every case before and after each of its edits."""
    verdicts: list[Verdict] = []
    failures: list[str] = []
    with ThreadPoolExecutor(at_once) as pool:
        for done in pool.map(lambda case: list(_examined(case, scratch / token())), cases):
            verdicts += [each for each in done if isinstance(each, Verdict)]
            failures += [each for each in done if isinstance(each, str)]
    return Tally(tuple(verdicts), tuple(failures))


def _examined(case: Case, folder: Path) -> Iterator[Verdict | str]:
    """Verdicts, and what went wrong."""
    folder.mkdir()
    try:
        with stand_ins(case.images) as images:
            before = _first(case, images, folder)
            changes = [edit.change for edit in case.edits if edit.change is not None]
            said_of = dict(zip(changes, predict.by_command_line(before, changes), strict=True))
            cold = build(before)
            for number, edit in enumerate(case.edits):
                place = folder / f"{folder.name}-{number}"
                try:
                    with edited(case, images, before, edit, place) as after:
                        said = said_of.get(edit.change or "") or by_comparing(before, after)
                        yield from _verdicts(case, edit, said, cold, build(after))
                except Failed as error:
                    yield f"{case.name} | {edit.title}: {error}"
    except (Failed, Refused, AssertionError) as error:
        yield f"{case.name}: {error}"
    finally:
        shutil.rmtree(folder)


def _first(case: Case, images: Images, folder: Path) -> Request:
    salt = token()
    # BuildKit takes two folders of the same name for one that has changed.
    context = folder / f"{folder.name}-before"
    named = {name: folder / f"{folder.name}-{name}" for name in case.contexts}
    lay_out(case, images.write_into(case.dockerfile), context, salt)
    for name, files in case.contexts.items():
        lay_out_named(files, named[name], salt)
    return Request(
        context=context,
        dockerfile=context / case.path,
        target=case.target,
        args=case.args,
        contexts=named,
        secrets=case.secrets,
    )


def _verdicts(case: Case, edit: Edit, said: Said, cold: Built, warm: Built) -> Iterator[Verdict]:
    ran = _with_twins(said, cold, warm)
    runs = any(each.instruction == "RUN" and each.reruns is not False for each in said.values())
    for name, happened in ran.items():
        told = said.get(name)
        expected = None
        if edit.reruns is not None:
            expected = told is not None and told.line in edit.reruns
        yield Verdict(
            group=case.group,
            case=case.name,
            edit=edit.title,
            step=name,
            line=told.line if told else 0,
            said=told.reruns if told else None,
            ran=happened,
            reason=told.reason if told else "",
            avoidable=bool(told and told.reruns == "if-changed" and not runs),
            expected=expected,
        )


def _with_twins(said: Said, cold: Built, warm: Built) -> Mapping[str, bool]:
    """Step -> whether it ran, for all that were printed or foretold.

    Steps that are the same in two stages are printed once, by one of their names: the other one
    did what this one did. A step that the second build does not print otherwise was not needed,
    and so did not run.
    """
    ran = dict(warm.ran)
    for name in said:
        if name not in warm.ran:
            twin = _twin(name, said, cold, warm)
            ran[name] = bool(twin and warm.ran[twin])
    return ran


def _twin(name: str, said: Said, cold: Built, warm: Built) -> str | None:
    """The step that was printed in place of `name`, in one of the builds at least."""
    if name not in said:
        return None
    for other, told in said.items():
        once = name not in cold.ran or other not in cold.ran
        if other != name and told.text == said[name].text and other in warm.ran and once:
            return other
    return None
