"""The questions: plain functions of a graph that return plain data, one module per question."""
