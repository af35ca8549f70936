"""A Lightspeed Retail (R-Series) account to practise on; it meets the product over HTTP only."""
