"""Pure: a judged sale becomes a QuickBooks document, exact to the cent, or a Hold."""
