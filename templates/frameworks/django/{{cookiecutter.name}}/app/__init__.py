"""The {{ cookiecutter.name }} service: a Django project."""
