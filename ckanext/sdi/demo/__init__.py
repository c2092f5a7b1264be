"""The demo province: made-up offices, people, lists and datasets, by the public actions only."""
