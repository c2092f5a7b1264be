"""The scheming schemas, their presets and the JSON schemas of the contract, as package data."""
