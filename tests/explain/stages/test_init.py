from __future__ import annotations

from pathlib import Path

import pytest

from generator.explain.stages import CONTEXT, From, Note, Origin, Settings, Workdir, folder_of
from tests.explain.planned import copy, last, operation, planned, refused, run


def environment(text: str, **args: str) -> tuple[tuple[str, str], ...]:
    return run(f"FROM a\n{text}\nRUN x", args=args).environment


def test_env_is_in_the_environment_in_the_order_of_its_last_setting() -> None:
    assert environment("ENV A=1 B=2\nENV A=3") == (("B", "2"), ("A", "3"))


def test_one_env_expands_with_what_was_set_before_it() -> None:
    assert environment("ENV A=1\nENV A=2 B=$A") == (("A", "2"), ("B", "1"))


def test_an_argument_is_in_the_environment_if_it_has_a_value() -> None:
    assert environment("ARG A\nARG B=2\nARG C=") == (("B", "2"), ("C", ""))
    assert environment("ARG A\nARG B=2", A="1", B="3") == (("A", "1"), ("B", "3"))


def test_a_value_equal_to_the_default_is_the_same() -> None:
    assert environment("ARG A=1", A="1") == environment("ARG A=1")


def test_env_and_arg_of_one_name_the_lower_one_wins() -> None:
    assert environment("ARG A=1\nENV A=2", A="3") == (("A", "2"),)
    assert environment("ENV A=2\nARG A=1", A="3") == (("A", "3"),)
    assert environment("ENV A=2\nARG A") == (("A", "2"),)


def test_a_global_argument_counts_where_a_stage_declares_it() -> None:
    text = "ARG A=1\nARG B=${A}b\nFROM a\n"
    assert run(f"{text}RUN x").environment == ()
    assert run(f"{text}ARG B\nRUN x").environment == (("B", "1b"),)
    assert run(f"{text}ARG B\nRUN x", args={"A": "2"}).environment == (("B", "2b"),)
    assert run(f"{text}ARG B=c\nRUN x").environment == (("B", "c"),)


def test_a_global_argument_is_not_expanded_in_a_stage() -> None:
    assert operation("ARG A=1\nFROM a\nENV B=x$A") == Note("ENV B=x")


def test_undeclared_and_proxy_arguments_are_nowhere() -> None:
    assert environment("", A="1", HTTP_PROXY="p", https_proxy="q") == ()
    assert environment("ARG HTTP_PROXY", HTTP_PROXY="p") == (("HTTP_PROXY", "p"),)


def test_predefined_arguments_have_their_values_where_they_are_declared() -> None:
    text = "FROM a AS b\nARG TARGETARCH\nARG TARGETPLATFORM TARGETVARIANT TARGETSTAGE\nRUN x"
    assert run(text, platform="linux/arm/v7").environment == (
        ("TARGETARCH", "arm"),
        ("TARGETPLATFORM", "linux/arm/v7"),
        ("TARGETVARIANT", "v7"),
        ("TARGETSTAGE", "b"),
    )


def test_a_build_argument_is_not_expanded() -> None:
    assert environment("ENV B=1\nARG A=$B", A="$B") == (("B", "1"), ("A", "$B"))


def test_a_step_names_the_arguments_whose_values_it_holds() -> None:
    text = "ARG G=1\nFROM a\nARG G\nARG A=a\nARG B=${A}b\nENV C=$B\n"
    assert last(f"{text}COPY $C /x").arguments == (("A", "a"), ("B", "ab"))
    assert last(f"{text}WORKDIR /x").arguments == ()
    assert last(f"{text}RUN x").arguments == (("G", "1"), ("A", "a"), ("B", "ab"))
    assert last(f"{text}ENV B=2 C=3\nRUN x").arguments == (("G", "1"), ("A", "a"))


def test_from_names_its_arguments() -> None:
    found = planned("ARG V=1\nARG IMAGE=a:$V\nFROM $IMAGE").steps[0]
    assert found.operation == From(Origin("image", "a:1"), "linux/amd64")
    assert found.arguments == (("V", "1"), ("IMAGE", "a:1"))


def test_a_stage_inherits_all_that_the_one_it_is_from_has_set() -> None:
    text = 'FROM a AS b\nENV A=1\nARG B=2\nWORKDIR /w\nUSER u\nSHELL ["sh", "-e"]\nFROM b\nRUN x'
    found = run(text)
    assert found.command == ("sh", "-e", "x")
    assert found.environment == (("A", "1"), ("B", "2"))
    assert (found.cwd, found.user) == ("/w", "u")


def test_a_stage_keeps_what_it_sets_from_others() -> None:
    text = "FROM a AS b\nENV A=1\nFROM b\nENV A=2\nFROM b\nRUN x"
    assert run(text).environment == (("A", "1"),)


def test_the_exec_form_has_no_shell() -> None:
    assert run('FROM a\nRUN ["x", "$A"]').command == ("x", "$A")
    assert run("FROM a\nRUN x  $A").command == ("/bin/sh", "-c", "x  $A")


def test_a_heredoc_alone_is_the_command() -> None:
    assert run("FROM a\nRUN <<-E\n\tx $A\n\ty\nE").command == ("/bin/sh", "-c", "x $A\ny\n")


def test_other_heredocs_are_the_shells() -> None:
    found = run("FROM a\nRUN cat <<-A <<B && x\n\t1\nA\n2\nB")
    assert found.command == ("/bin/sh", "-c", "cat <<-A <<B && x\n\t1\nA\n2\nB")


def test_a_script_is_a_file_beside_its_command() -> None:
    found = run("FROM a\nRUN <<E\n#!/bin/awk\nx\nE")
    assert found.command == ("/bin/sh", "-c", "/dev/pipes/E")
    assert found.options == (("inline", "#!/bin/awk\nx\n"),)


def test_only_unusual_networks_and_privileges_count() -> None:
    assert run("FROM a\nRUN --network=default --security=sandbox x").options == ()
    assert run("FROM a\nRUN --network=none --security=insecure x").options == (
        ("network", "none"),
        ("security", "insecure"),
    )


def test_workdirs_build_on_one_another() -> None:
    text = "FROM a\nUSER u\nENV A=c\nWORKDIR /a/b\nWORKDIR ../$A/\nWORKDIR ."
    found = [step.operation for step in planned(text).steps if step.instruction == "WORKDIR"]
    assert found == [Workdir("/a/b", "u"), Workdir("/a/c", "u"), Workdir("/a/c", "u")]


def test_an_epoch_is_in_the_key_of_a_workdir() -> None:
    found = operation("FROM a\nWORKDIR /a", args={"SOURCE_DATE_EPOCH": "7"})
    assert found == Workdir("/a", "", (("epoch", "7"),))


def test_sources_are_relative_and_clean_and_targets_absolute() -> None:
    found = copy("FROM a\nWORKDIR /w\nCOPY ./a/ /b/../c ../d e*/[f] . x/")
    assert found.sources == ("a", "c", "d", "e*/[f]", "")
    assert found.target == "/w/x/"


@pytest.mark.parametrize(
    ("written", "target"),
    [(".", "/w/"), ("./", "/w/"), ("x", "/w/x"), ("/", "/"), ("/x/.", "/x/"), ("..", "/")],
)
def test_a_target_ends_with_a_slash_if_it_is_to_be_a_folder(written: str, target: str) -> None:
    assert copy(f"FROM a\nWORKDIR /w\nCOPY a {written}").target == target


def test_copy_has_its_flags() -> None:
    text = (
        "FROM a\nARG U=1\nCOPY --chown=$U:2 --chmod=${M:-644} --link --parents "
        "--exclude=*.$U --exclude=b a/./b c /d/"
    )
    found = copy(text)
    assert (found.chown, found.chmod, found.link, found.parents) == ("1:2", "644", True, True)
    assert found.excludes == ("*.$U", "b")
    assert found.sources == ("a/./b", "c")
    assert not found.add
    assert not found.unpack


def test_add_unpacks_unless_it_is_told_not_to() -> None:
    assert copy("FROM a\nADD a b").unpack
    assert not copy("FROM a\nADD --unpack=false a b").unpack


def test_add_tells_what_is_far_from_what_is_near() -> None:
    found = copy(
        "FROM a\nADD https://a/b https://a/b.git#c git@a:b ssh://a/b github.com/a ftp://x a@b /t/"
    )
    assert found.remotes == ("https://a/b", "https://a/b.git#c", "git@a:b", "ssh://a/b")
    assert found.sources == ("github.com/a", "ftp:/x", "a@b")


def test_add_has_its_options() -> None:
    found = copy("FROM a\nADD --checksum=sha256:1 --keep-git-dir=true https://a/b.git /t")
    assert found.options == (("checksum", "sha256:1"), ("keep-git-dir", "true"))


def test_heredocs_are_files_with_their_values() -> None:
    found = copy("FROM a\nENV A=1\nCOPY a <<B <<-'C' /t/\n\"$A\"\nB\n\t$A\nC")
    assert found.sources == ("a",)
    assert found.bodies == (("B", '"1"\n'), ("C", "$A\n"))


def test_an_unmounted_run_has_no_mounts_and_copy_is_from_the_context() -> None:
    assert run("FROM a\nRUN x").mounts == ()
    assert copy("FROM a\nCOPY a b").origin == CONTEXT


@pytest.mark.parametrize("name", ["One", "one", "0"])
def test_copy_finds_a_stage_by_its_name_or_its_number(name: str) -> None:
    found = copy(f"FROM a AS One\nFROM b\nCOPY --from={name} a b")
    assert found.origin == Origin("stage", stage=0)


def test_from_finds_a_stage_above_it_by_its_name_in_small_letters() -> None:
    found = planned("FROM a AS One\nFROM one\nFROM 0 AS b\nFROM b AS b\nFROM b")
    assert [stage.base for stage in found.stages] == [
        Origin("image", "a"),
        Origin("stage", stage=0),
        Origin("image", "0"),
        Origin("stage", stage=2),
        Origin("stage", stage=3),
    ]


def test_what_is_no_stage_is_an_image() -> None:
    assert copy("FROM a\nCOPY --from=b:1 a b").origin == Origin("image", "b:1")
    assert copy("FROM a\nCOPY --from=scratch a b").origin == Origin("scratch")


def test_a_named_context_stands_in_for_images_and_stages() -> None:
    contexts = {"docker.io/library/a": "../a", "s": "docker-image://c", "u": "https://x/y"}
    text = (
        "FROM a:latest\nFROM b AS s\nRUN x\nFROM u\nCOPY --from=s a b\n"
        "RUN --mount=from=a,target=/x y"
    )
    found = planned(text, contexts=contexts)
    assert found.stages[0].base == Origin("context", "docker.io/library/a")
    assert [step.instruction for step in found.stages[1].steps] == ["FROM"]
    assert found.stages[1].base == Origin("image", "c")
    assert found.stages[2].base == Origin("other", "u")
    assert copy(text.rsplit("\n", 1)[0], contexts=contexts).origin == Origin("image", "c")
    assert run(text, contexts=contexts).mounts[0].origin == Origin("context", "docker.io/library/a")


def test_a_folder_is_that_of_a_named_context() -> None:
    settings = Settings(contexts={"a": "../a", "b": "docker-image://b", "c": "https://x/y"})
    assert [folder_of(settings, each) for each in "abcd"] == [Path("../a"), None, None, None]


def test_reached_is_what_the_target_is_built_from() -> None:
    text = (
        "FROM a AS one\nFROM a AS two\nFROM a AS three\nFROM a AS four\nFROM one AS five\n"
        "COPY --from=two a b\nRUN --mount=type=cache,from=three,target=/c x\n"
        "RUN --mount=type=tmpfs,from=four,target=/d x\nFROM a"
    )
    found = planned(text, "FIVE")
    assert found.target == 4
    assert [stage.reached for stage in found.stages] == [True, True, True, False, True, False]


def test_a_wrong_target_has_no_line_and_the_nearest_name() -> None:
    error = refused("FROM a AS build\nFROM a AS test", "biuld")
    assert (error.line, error.reason) == (None, "target stage 'biuld' could not be found")
    assert error.hint == "did you mean build?"


def test_a_number_is_no_target() -> None:
    assert refused("FROM a\nFROM b", "0").line is None


def test_triggers_come_first_and_only_once() -> None:
    text = (
        "FROM a AS b\nENV A=1\nONBUILD ARG B=2\nONBUILD RUN <<E\nx\nE\n"
        "FROM b AS c\nRUN y\nFROM c\nRUN z"
    )
    _, second, third = planned(text).stages
    assert [(each.line, each.instruction, each.inherited) for each in second.steps] == [
        (7, "FROM", False),
        (7, "ARG", True),
        (7, "RUN", True),
        (8, "RUN", False),
    ]
    assert second.steps[2].text == "RUN <<E"
    assert [each.inherited for each in third.steps] == [False, False]
    assert run(text).environment == (("A", "1"), ("B", "2"))


def test_a_trigger_can_need_another_stage() -> None:
    text = "FROM a AS x\nFROM a AS b\nONBUILD COPY --from=x a b\nFROM b"
    assert [stage.reached for stage in planned(text).stages] == [True, True, True]


def test_what_each_instruction_makes() -> None:
    text = (
        "ARG G\nFROM a AS b\nRUN x\nCOPY a b\nADD a b\nWORKDIR /a\nWORKDIR /\nENV A=1\nARG B\n"
        'USER u\nSHELL ["s"]\nLABEL a=b\nEXPOSE 80\nVOLUME /v\nSTOPSIGNAL TERM\nHEALTHCHECK NONE\n'
        "CMD x\nENTRYPOINT x\nMAINTAINER m\nONBUILD RUN x\nFROM scratch\nFROM scratch AS c\nFROM c"
    )
    found = planned(text)
    assert [each.makes for each in found.stages[0].steps] == [
        *["layer"] * 5,
        *["empty"] * 13,
        "nothing",
    ]
    assert [stage.steps[0].makes for stage in found.stages[1:]] == ["nothing"] * 3
    (before,) = found.globals_
    assert (before.stage, before.makes, before.line) == (-1, "nothing", 1)


def test_notes_say_what_is_set() -> None:
    text = (
        'FROM a\nENV A=8\nLABEL a="b c"\nEXPOSE ${A}0/udp 1-$A\nCMD x $A\n'
        'ENTRYPOINT ["$A"]\nVOLUME /$A'
    )
    found = [step.operation for step in planned(text).steps[2:]]
    assert found == [
        Note("LABEL a=b c"),
        Note("EXPOSE 80/udp 1-8"),
        Note('CMD ["/bin/sh", "-c", "x $A"]'),
        Note('ENTRYPOINT ["$A"]'),
        Note('VOLUME ["/8"]'),
    ]


def test_all_declared_arguments_have_their_lines() -> None:
    assert planned("ARG A=1 B\nFROM a\nARG A\nFROM b\nARG C").arguments == {
        "A": (1, 3),
        "B": (1,),
        "C": (5,),
    }


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("FROM $A", 1, "base name ($A) should not be blank"),
        ("FROM a@b", 1, "invalid reference format: 'a@b' is no image"),
        ("FROM A", 1, "invalid reference format: 'A' is no image"),
        ("FROM --platform=a/b/c/d a", 1, "failed to parse platform 'a/b/c/d'"),
        ("FROM a\nCOPY --from=$B c d", 2, "variable expansion is not supported for --from"),
        ("FROM a\nCOPY --from=7 c d", 2, "invalid stage index 7"),
        ("FROM a\nCOPY --from=0 c d", 1, "circular dependency detected on stage: stage-0"),
        ("FROM a AS b\nCOPY --from=c x y\nFROM a AS c\nFROM b", 2, "cannot copy from stage 'c'"),
        ("FROM a\nCOPY http://b c", 2, "source can't be a URL for COPY"),
        ("FROM a\nCOPY https://b/c.git d", 2, "source can't be a git ref for COPY"),
        ("FROM a\nCOPY --chmod=999 b c", 2, "invalid chmod parameter: '999'"),
        ("FROM a\nADD --checksum=sha256:1 b c", 2, "checksum requires HTTP(S) or Git sources"),
        ("FROM a\nENV A=${B:?no}", 2, "B: no"),
        ("FROM a\nENV A=${B", 2, "unsupported modifier"),
        ("FROM a\nEXPOSE 99999", 2, "invalid containerPort: 99999"),
        ("FROM a\nEXPOSE 80/x", 2, "invalid port: '80/x'"),
        ("FROM a\nSTOPSIGNAL NOPE", 2, "invalid signal: NOPE"),
        ("FROM a AS b\nONBUILD NOPE x\nFROM b", 3, "unknown instruction: NOPE"),
    ],
)
def test_what_buildkit_refuses_before_it_builds(text: str, line: int, reason: str) -> None:
    error = refused(text)
    assert (error.line, error.reason[: len(reason)]) == (line, reason)


def test_what_is_wrong_where_the_target_does_not_go_is_no_error() -> None:
    found = planned("FROM A AS x\nENV B=${C:?no}\nCOPY http://a b\nFROM a")
    assert [each.operation for each in found.stages[0].steps[1:]] == [
        Note("ENV B=${C:?no}"),
        Note("COPY http://a b"),
    ]


def test_thousands_of_stages_and_steps_are_planned() -> None:
    stages = "".join(
        f"FROM scratch AS s{each + 1}\nCOPY --from=s{each} a b\n" for each in range(2000)
    )
    found = planned(f"FROM scratch AS s0\n{stages}RUN x" + "\nRUN x" * 5000)
    assert all(stage.reached for stage in found.stages)
    assert len(found.steps) == 9002


def test_triggers_without_end_are_refused() -> None:
    text = "FROM scratch AS s\n" + "ONBUILD RUN x\n" * 2000 + "FROM s\n" * 2000
    assert refused(text).reason == "ONBUILD brings more than 10000 instructions in all"
