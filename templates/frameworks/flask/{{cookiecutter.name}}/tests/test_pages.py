import pytest
from flask.testing import FlaskClient

from app import create_app


def test_home_greets_by_the_title(client: FlaskClient) -> None:
    response = client.get("/")

    assert response.status_code == 200
    assert "<h1>Hello from a test!</h1>" in response.text


def test_title_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_TITLE", "Tea & cake")

    assert "<h1>Hello from Tea &amp; cake!</h1>" in create_app().test_client().get("/").text


def test_other_hosts_are_refused(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "elsewhere.example"}).status_code == 400
