// Training/Engine: see ARCHITECTURE.md.
