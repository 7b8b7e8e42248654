"""What can be set from the environment, each by its name in capitals after APP_."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="APP_", env_ignore_empty=True)

    title: str = "{{ cookiecutter.name }}"
    # The names that it answers to, with commas between them.
    allowed_hosts: str = Field(default="localhost,127.0.0.1", validation_alias="ALLOWED_HOSTS")
