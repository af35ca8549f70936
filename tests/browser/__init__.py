"""The page in a real browser; skipped, saying so, where no Chromium is found."""
