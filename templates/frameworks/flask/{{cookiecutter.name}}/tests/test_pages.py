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


def test_key_and_title_of_digits_stay_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_SECRET_KEY", "1234567890")
    monkeypatch.setenv("FLASK_TITLE", "1e3")
    monkeypatch.setenv("FLASK_SESSION_COOKIE_SECURE", "false")
    app = create_app()

    with app.test_client().session_transaction() as session:
        session["user"] = "eva"

    assert (app.secret_key, app.config["TITLE"]) == ("1234567890", "1e3")
    assert app.config["SESSION_COOKIE_SECURE"] is False


def test_other_hosts_are_refused(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "elsewhere.example"}).status_code == 400
