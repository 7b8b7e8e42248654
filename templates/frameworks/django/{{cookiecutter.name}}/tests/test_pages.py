import os
import subprocess
import sys

from django.test import Client, override_settings


@override_settings(TITLE="Tea & cake")
def test_home_greets_by_the_title(client: Client) -> None:
    response = client.get("/")

    assert response.status_code == 200
    assert "<h1>Hello from Tea &amp; cake!</h1>" in response.text


@override_settings(ALLOWED_HOSTS=["localhost"])
def test_other_hosts_are_refused(client: Client) -> None:
    assert client.get("/", headers={"Host": "elsewhere.example"}).status_code == 400


def test_production_needs_a_secret_key() -> None:
    environment = {name: each for name, each in os.environ.items() if "DJANGO" not in name}

    start = [sys.executable, "-c", "import app.settings"]
    done = subprocess.run(start, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr.startswith("DJANGO_SECRET_KEY is not set")
