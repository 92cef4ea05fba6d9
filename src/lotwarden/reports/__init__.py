"""Read-only views across contexts: home, lots, the lot page, exports."""
