// FileSystem: see ARCHITECTURE.md.
