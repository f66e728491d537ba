"""Where the graph is kept, what follows from its records, and how it is asked."""
