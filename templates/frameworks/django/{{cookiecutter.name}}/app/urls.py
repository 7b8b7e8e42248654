"""Which address is answered by what."""

from django.urls import {{ "include, " if cookiecutter.lists.urls }}path

from app import pages

urlpatterns = [
    path("", pages.home),
{%- for each in cookiecutter.lists.urls %}
    path("", include("{{ each }}")),
{%- endfor %}
]
