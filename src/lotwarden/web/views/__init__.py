"""Views: each reads a request, makes one call into a context, and shows a page."""
