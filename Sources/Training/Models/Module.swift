// Training/Models: see ARCHITECTURE.md.
