"""Pages for people: plain HTML from prepared queries and bound terms, never from SPARQL put together here."""

from app.serve.pages.rendering import Pages

__all__ = ["Pages"]
