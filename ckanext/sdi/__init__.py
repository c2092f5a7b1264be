"""ckanext-sdi: a Satu Data Indonesia portal on CKAN."""
