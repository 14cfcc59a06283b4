// AutodiffTests
