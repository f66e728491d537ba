"""Entrepôt: a knowledge graph of e-commerce actors, sourced, dated and explained."""
