"""The Home tab: reading what it shows, and publishing it again when something changed."""
