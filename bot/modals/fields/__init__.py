"""Builders of form fields and their readers, for every form that asks for the same settings."""
