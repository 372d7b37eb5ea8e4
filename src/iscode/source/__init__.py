"""Git, work tree, index, commit, folder or memory -> a snapshot of files. The only room that runs git."""
