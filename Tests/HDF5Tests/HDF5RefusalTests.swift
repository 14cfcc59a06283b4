import FileSystem
import Foundation
import HDF5
import TestSupport
import Testing

private func golden(_ name: String) -> String { repositoryRoot + "Tests/Golden/hdf5/" + name + ".h5" }

@Suite struct HDF5RefusalTests {
  @Test func whatPythonWritesIsRead() throws {
    let file = try HDF5File(reading: golden("good"))
    let names: [(String, HDF5ElementType)] = [
      ("f2", .float16), ("f4", .float32), ("f8", .float64), ("i1", .int8), ("u1", .uint8), ("u2", .uint16),
      ("i4", .int32), ("u4", .uint32), ("i8", .int64), ("u8", .uint64),
    ]
    for (name, type) in names {
      let dataset = try file.dataset("types/" + name)
      #expect(dataset.elementType == type)
      #expect(dataset.shape == [3, 2])
    }
    #expect(try file.read("types/i8", as: Int64.self) == [0, 1, 2, 3, 4, 5])
    #expect(try file.read("types/f2", as: UInt16.self) == [0, 0x3C00, 0x4000, 0x4200, 0x4400, 0x4500])
    #expect(try file.read("packed", as: Float.self, shape: [nil, 4]) == (0..<12).map { Float($0) })
    #expect(try file.string("label", on: "packed") == "größe")
    #expect(try file.integer("count", on: "packed") == -7)
    #expect(try file.double("rate", on: "packed") == 0.25)
    #expect(try file.readStrings("names") == ["a", "ö", "longer"])
    #expect(try file.read("empty", as: Float.self, shape: [0, 4]).isEmpty)
  }

  @Test(arguments: [
    ("links", "soft"), ("links", "external"), ("external-storage", "x"), ("virtual", "x"), ("bomb", "x"),
    ("bomb", "wide"), ("bomb", "packed"), ("bomb", "chunk"), ("types", "big-endian"), ("types", "compound"),
    ("types", "scalar"), ("types", "variable"), ("types", "lzf"), ("types", "scaled"), ("good", "types"),
    ("good", "absent"), ("good", "types/absent"), ("good", "../good"), ("good", "packed/x"), ("good", "a\nb"),
  ])
  func hostileAndUnknownDatasetsAreRefusedByName(file: String, dataset: String) throws {
    let reader = try HDF5File(reading: golden(file))
    do throws(InputError) {
      _ = try reader.dataset(dataset)
      Issue.record("\(dataset) of \(file) was opened")
    } catch {
      #expect(error.code == .badData)
      #expect(error.file == golden(file))
      #expect(error.key?.isEmpty == false)
    }
  }

  @Test func listingRefusesLinksCyclesAndDepth() throws {
    for name in ["links", "cycle", "deep"] {
      let path = golden(name)
      #expect(throws: InputError.self) { try HDF5File(reading: path).datasets() }
    }
  }

  @Test func attributesOfAnotherKindAreRefused() throws {
    let types = golden("types")
    let error = #expect(throws: InputError.self) { try HDF5File(reading: types).string("variable") }
    #expect(error?.remedy?.contains("numpy.bytes_") == true)
    #expect(throws: InputError.self) { try HDF5File(reading: types).integer("many") }
    let good = golden("good")
    #expect(throws: InputError.self) { try HDF5File(reading: good).integer("label", on: "packed") }
    #expect(throws: InputError.self) { try HDF5File(reading: good).double("count", on: "packed") }
    #expect(throws: InputError.self) { try HDF5File(reading: good).readText("packed") }
  }

  @Test func anotherTypeOrShapeThanExpectedIsRefused() throws {
    let path = golden("good")
    #expect(throws: InputError.self) { try HDF5File(reading: path).read("packed", as: Int32.self) }
    let error = #expect(throws: InputError.self) {
      try HDF5File(reading: path).read("packed", as: Float.self, shape: [nil, 5])
    }
    #expect(error?.description == "\(path): packed: the shape [3, 4], expected [any, 5]")
  }

  @Test func filesThatAreNoHDF5FilesAreRefused() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("a.h5")
    #expect(#expect(throws: InputError.self) { _ = try HDF5File(reading: path) }?.code == .missing)
    for bytes in [[], Array("hello".utf8), Array(repeating: UInt8(0), count: 10_000)] as [[UInt8]] {
      try DurableFile.write(bytes, to: path)
      #expect(#expect(throws: InputError.self) { _ = try HDF5File(reading: path) }?.code == .badData)
    }
    #expect(#expect(throws: InputError.self) { _ = try HDF5File(creating: path) }?.code == .cannotCreate)
  }
}
