"""dockerize: a project generator for containerised Python web apps."""

__version__ = "0.1.0"
