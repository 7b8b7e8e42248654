"""What can be set from the environment, each by its name in capitals after APP_."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="APP_", env_ignore_empty=True)

    title: str = "{{ cookiecutter.name }}"
