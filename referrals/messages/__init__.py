"""What travels in and out of referrals: msgspec Structs, one module for each half of the room."""
