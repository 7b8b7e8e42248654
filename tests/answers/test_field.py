from __future__ import annotations

from generator.answers import FIELDS
from generator.answers.field import no_note
from generator.catalog import Catalog

MONTH = "2026-11"


def test_every_default_and_every_choice_obeys_the_fields_own_rule(catalog: Catalog) -> None:
    for field in FIELDS:
        if field.default is not None:
            field.parse(field.default({"framework": "flask"}, catalog), catalog)
        if field.choices is not None:
            for choice in field.choices(catalog, MONTH):
                field.parse(choice.value, catalog)


def test_every_default_of_a_choice_is_among_the_choices(catalog: Catalog) -> None:
    for field in FIELDS:
        if field.choices is not None and field.default is not None:
            offered = [choice.value for choice in field.choices(catalog, MONTH)]
            default = field.default({}, catalog)
            assert default == "" if field.kind is list else default in offered


def test_no_default_is_noted(catalog: Catalog) -> None:
    for field in FIELDS:
        if field.default is not None:
            default = field.default({"framework": "flask"}, catalog)
            assert field.note(default, catalog, MONTH) is None


def test_a_field_has_no_note_unless_it_says_so(catalog: Catalog) -> None:
    assert no_note("anything", catalog, MONTH) is None
