"""Generators: the Turtle is read once into a `Model`, and each module writes one thing from it."""
