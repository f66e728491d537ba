"""The graph in other forms: columns for searches, networkx and RDF for others' tools."""
