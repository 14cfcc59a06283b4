// Training/Drafters: see ARCHITECTURE.md.
