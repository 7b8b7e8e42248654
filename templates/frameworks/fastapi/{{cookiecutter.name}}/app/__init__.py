"""The {{ cookiecutter.name }} service."""
