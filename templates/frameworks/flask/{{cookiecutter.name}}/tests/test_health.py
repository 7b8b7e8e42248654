import pytest
from flask.testing import FlaskClient

from app import health


def test_alive(client: FlaskClient) -> None:
    assert client.get("{{ cookiecutter.app.liveness }}").status_code == 200


def test_ready_when_every_check_passes(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(health.READINESS_CHECKS, "storage", lambda: None)

    assert client.get("{{ cookiecutter.app.readiness }}").status_code == 200


def test_not_ready_when_a_check_fails(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable() -> None:
        raise ConnectionError("no answer")

    monkeypatch.setitem(health.READINESS_CHECKS, "storage", unreachable)

    response = client.get("{{ cookiecutter.app.readiness }}")

    assert response.status_code == 503
    assert response.json == {"status": "not ready", "failed": ["storage"]}
