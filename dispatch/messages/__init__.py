"""What dispatch is asked and what it answers: the Structs that travel."""
