"""The set-up wizard: a module for each step or group of steps, and what holds them together."""
