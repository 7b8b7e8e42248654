import pytest

from app.hosts import allowed_hosts


def test_names_are_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "Shop.example, .shop.example,*")

    assert allowed_hosts() == ["shop.example", ".shop.example", "*"]


@pytest.mark.parametrize("name", ["*.shop.example", "*shop.example", "shop.*"])
def test_a_name_with_an_asterisk_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", f"localhost,{name}")

    with pytest.raises(SystemExit, match="neither a name"):
        allowed_hosts()
