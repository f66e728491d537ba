"""What is generated from the Turtle; never edited."""
