"""What is kept: statements of every act in a chain per lot, and files by their SHA-256."""
