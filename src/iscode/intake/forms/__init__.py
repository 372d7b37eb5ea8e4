"""The text of a file of a known form -> rows, refused where it is not whole or does not say that it is."""
