from flask.testing import FlaskClient


def test_each_request_counts(client: FlaskClient) -> None:
    first, second = (client.get("/hits").get_json()["hits"] for _ in range(2))

    assert second > first
