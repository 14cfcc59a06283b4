// DraftDataTests
