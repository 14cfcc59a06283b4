// Training/Objectives: see ARCHITECTURE.md.
