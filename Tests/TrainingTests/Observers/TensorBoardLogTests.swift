import FileSystem
import Foundation
import TestSupport
import Testing
import Training

@Suite struct TensorBoardLogTests {
  private func bytes(in folder: String) throws -> Foundation.Data {
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
    #expect(name.hasPrefix("events.out.tfevents.1700000000.pacer."))
    return try Foundation.Data(contentsOf: URL(filePath: folder + "/" + name))
  }

  @Test func theBytesAreThoseOfTensorBoardsOwnWriter() throws {
    let golden = try String(
      contentsOfFile: "\(repositoryRoot)Tests/Golden/tensorboard_events.txt", encoding: .utf8)
    let expected = golden.split(separator: "\n").filter { !$0.hasPrefix("#") }.joined()
    try withScratchFolder { folder in
      let log = try TensorBoardLog(folder: folder + "/tb", every: 1, resumedStep: 40) { 1_700_000_000.25 }
      var evaluation = exampleEvaluation
      evaluation.step = 300
      try log.receive(.evaluated(evaluation))
      let written = try bytes(in: folder + "/tb").map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
      }
      #expect(written.joined() == expected)
    }
  }

  @Test func twoFilesOfOneSecondDoNotCollide() throws {
    try withScratchFolder { folder in
      for _ in 0..<2 { _ = try TensorBoardLog(folder: folder, every: 1, resumedStep: nil) { 1_700_000_000 } }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 2)
    }
  }

  @Test func onlyLoggedStepsAreWritten() throws {
    try withScratchFolder { folder in
      let log = try TensorBoardLog(folder: folder, every: 10, resumedStep: nil) { 1_700_000_000 }
      let empty = try bytes(in: folder).count
      for step in 1...9 { try log.receive(.step(exampleStep(step))) }
      #expect(try bytes(in: folder).count == empty)
      try log.receive(.step(exampleStep(10)))
      #expect(try bytes(in: folder).count > empty)
    }
  }
}
