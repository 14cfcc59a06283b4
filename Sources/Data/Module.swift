// Data: see ARCHITECTURE.md.
