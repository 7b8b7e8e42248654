import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings


@pytest.fixture
def client() -> TestClient:
    return TestClient(create_app(Settings(title="a test")), base_url="http://localhost")
