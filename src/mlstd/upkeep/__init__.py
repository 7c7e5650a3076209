"""What the team keeps beside its code: the list of known issues, and waivers."""
