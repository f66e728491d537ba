"""How records come in: reading, checking, planning and writing."""
