"""What may be said: the vocabulary, the grammar of values, and what is generated from them."""
