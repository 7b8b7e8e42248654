from __future__ import annotations

import pytest
from hypothesis import strategies as st

from generator.answers import name
from generator.catalog import Catalog
from generator.errors import InvalidAnswer


@pytest.fixture(scope="session")
def any_name(catalog: Catalog) -> st.SearchStrategy[str]:
    def valid(text: str) -> bool:
        try:
            name.parse(text, catalog)
        except InvalidAnswer:
            return False
        return True

    return st.from_regex(r"[a-z](-?[a-z0-9]){1,25}", fullmatch=True).filter(valid)


@pytest.fixture(scope="session")
def any_texts(
    catalog: Catalog, any_name: st.SearchStrategy[str]
) -> st.SearchStrategy[dict[str, str]]:
    """Right answers, as the texts that `Answers.texts` gives."""

    def with_framework(name: str) -> st.SearchStrategy[dict[str, str]]:
        extras = st.sets(st.sampled_from(catalog.can_have(name)))
        return st.fixed_dictionaries(
            {
                "name": any_name,
                "framework": st.just(name),
                "python": st.sampled_from([each.version for each in catalog.pythons]),
                "port": st.integers(1, 65535).map(str),
                "installer": st.sampled_from(list(catalog.installers)),
                "with": extras.map(sorted).map(",".join),
            }
        )

    return st.sampled_from(list(catalog.frameworks)).flatmap(with_framework)
