"""Which address is answered by what."""

{% for line in cookiecutter.lists.url_imports -%}
{{ line }}
{% endfor -%}
from django.urls import path

from app import {{ cookiecutter.lists.modules | sort | join(', ') }}

urlpatterns = [
    path("", pages.home),
{%- for each in cookiecutter.lists.urls %}
    {{ each }},
{%- endfor %}
]
