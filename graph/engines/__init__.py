"""The engines that can keep the graph: an embedded ArcadeDB server, or a Neo4j of the user's own.

Both speak Bolt, so all that the rest of the code needs to know of one is its `Endpoint`.
"""
