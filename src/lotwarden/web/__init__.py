"""The browser's shell: each request makes one call into a context."""
