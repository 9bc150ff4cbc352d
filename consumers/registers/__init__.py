"""The registers: bans and their breaches, licensed premises and what they are accredited for."""
