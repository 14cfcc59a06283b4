// FileSystemTests
