// PacerTests
