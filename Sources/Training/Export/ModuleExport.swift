// Export: see ARCHITECTURE.md.
