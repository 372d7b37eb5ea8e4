"""CEL: text -> typed tree -> Python function. Knows nothing of records, rules or standards."""
