"""Files checked against a column standard, without CKAN."""
