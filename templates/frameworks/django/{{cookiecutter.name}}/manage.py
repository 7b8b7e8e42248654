"""Django's commands for this project: `python manage.py help` lists them."""

import os
import sys

from django.core.management import execute_from_command_line
{%- for line in cookiecutter.lists.manage_imports %}
{{ line }}
{%- endfor %}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "app.settings")
{%- for part in parts('django-manage') %}
{% include part %}
{%- else %}
    execute_from_command_line(sys.argv)
{%- endfor %}
