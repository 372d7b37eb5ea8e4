"""The shelf policies/ and a repository's iscode.yaml -> what binds, how hard, with which parameters."""
