"""What the admin pages show."""

from django.contrib import admin

from app.models import Note

admin.site.register(Note)
