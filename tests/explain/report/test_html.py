from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest

from generator.explain.answer import Answer
from generator.explain.report import html, programs
from generator.harmless import harmless
from tests.explain.report import answers

ALL = pytest.mark.parametrize("answer", answers.EVERY)
VOID = {"meta", "input", "br", "img", "link"}


class Page(HTMLParser):
    """Elements, their attributes, and text by the element that it is in."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def inside(self, tag: str) -> list[str]:
        return [data for within, data in self.texts if within == tag]


def _data(text: str) -> dict[str, Any]:
    scripts = Page(text).inside("script")
    found: dict[str, Any] = json.loads(scripts[0])
    return found


@ALL
def test_every_element_is_closed_where_it_should_be(answer: Callable[[], Answer]) -> None:
    assert Page(html.page(answer())).open == []


@ALL
def test_a_dockerfile_brings_no_element_and_no_attribute(answer: Callable[[], Answer]) -> None:
    page = Page(html.page(answer()))
    assert [tag for tag, _ in page.elements if tag in {"img", "link", "iframe", "object"}] == []
    assert len([tag for tag, _ in page.elements if tag == "script"]) == 2
    names = {name for _, attributes in page.elements for name in attributes}
    assert [name for name in names if name.startswith("on") or name in {"style", "src"}] == []
    addresses = [attributes["href"] for _, attributes in page.elements if "href" in attributes]
    assert [address for address in addresses if not (address or "").startswith("#")] == []


@ALL
def test_the_data_is_the_programs_document(answer: Callable[[], Answer]) -> None:
    made = answer()
    assert _data(html.page(made))["answer"] == programs.document(made)


def test_the_data_cannot_end_its_script() -> None:
    text = html.page(answers.hostile())
    [data] = re.findall(r'id="answer">(.*?)</script>', text, re.DOTALL)
    assert json.loads(data)["answer"]["dockerfile"].startswith("</script><b onclick")
    assert {"<", ">", "&", "\u2028"} & set(data) == set()


def test_nothing_invisible_is_left_in_the_page() -> None:
    lines = html.page(answers.hostile()).split("\n")
    assert [line for line in lines if harmless(line) != line] == []


def test_a_text_that_is_no_unicode_can_still_be_written() -> None:
    text = html.page(answers.named("\udcff"))
    assert "\\udcff" in text
    assert text.encode()


@ALL
def test_the_policy_lets_only_this_style_and_this_script_in(answer: Callable[[], Answer]) -> None:
    page = Page(html.page(answer()))
    [policy] = [
        attributes["content"]
        for _, attributes in page.elements
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    digests = [
        base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()
        for part in (page.inside("style")[0], page.inside("script")[-1])
    ]
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digests[0]}'; script-src 'sha256-{digests[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )


def test_every_step_has_its_box() -> None:
    shop = answers.shop()
    page = Page(html.page(shop))
    boxes = {attributes.get("id") for tag, attributes in page.elements if tag == "li"}
    # But for the argument before the first stage, which is no stage's.
    assert boxes - {None} == {f"step-{at}" for at in range(1, len(shop.steps))}


def test_without_scripts_each_edit_is_a_table() -> None:
    text = html.page(answers.shop())
    [tables] = re.findall(r"<noscript>(.*?)</noscript>", text, re.DOTALL)
    assert tables.count("<details>") == 4
    assert tables.count("<tr><td>") == 4 * 13
    assert "<summary>Editing app/routes.py re-runs 2 of 13 steps, one of them RUN.<" in tables
    assert (
        "<tr><td>26</td><td><code>COPY app ./app</code></td>"
        '<td><b class="re-runs">re-runs</b></td>'
        "<td>app/routes.py, which it copies, has changed</td></tr>"
    ) in tables


def test_findings_link_to_their_step_and_show_their_fix() -> None:
    text = html.page(answers.sloppy())
    assert "<h3>every source edit re-runs <code>pip install</code>, line 4</h3>" in text
    assert '<a href="#step-2">line 3</a>' in text
    assert '<span class="add">+COPY requirements.txt ./</span>' in text
    assert "<code>dockerize explain --rule cache-mount-missing</code>" in text


def test_promises_say_whether_they_are_kept() -> None:
    text = html.page(answers.shop())
    assert '<b class="re-runs">broken</b> <code>app/**=RUN</code>' in text
    assert '<b class="stays">kept</b> <code>tests/**=any step</code>' in text


def test_a_strip_has_a_cell_for_each_step_until_they_are_many() -> None:
    assert html.page(answers.sloppy()).count("<i></i>") == 1 + 3
    assert html.page(answers.many(90)).count("<i></i>") == 40


def test_only_lines_that_are_drawn_are_explained() -> None:
    assert "a mount</li>" in html.page(answers.shop())
    assert "a mount</li>" not in html.page(answers.sloppy())
