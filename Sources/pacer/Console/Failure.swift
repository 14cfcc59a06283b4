import ArgumentParser
import DraftData
import FileSystem
import Foundation
import Training

/// How errors reach the user: one line each on standard error, and an exit code after `sysexits.h`.
enum Failure {
  /// Reports `error` and ends the process.
  static func exit(_ error: any Error) -> Never {
    switch error {
    case let error as InputError: end([error])
    case let errors as RecipeErrors: end(errors.errors)
    default: Pacer.exit(withError: error)
    }
  }

  private static func end(_ errors: [InputError]) -> Never {
    for error in errors { Console.writeError(line(error)) }
    if errors.count > 1 { Console.writeError("\(errors.count) errors") }
    Foundation.exit(errors.first?.code.exitStatus ?? 1)
  }

  /// `error[usage] recipe.yaml:2:1: sed: unknown key. Did you mean 'seed'?`
  static func line(_ error: InputError) -> String { "error[\(error.code.rawValue)] \(error)" }

  /// The same for `--json`.
  static func json(_ error: InputError) -> JSONValue {
    var object = JSONObject()
    object["code"] = .string(error.code.rawValue)
    object["file"] = error.file.map { .string($0) }
    if case .line(let line, let column)? = error.position {
      object["line"] = .integer(line)
      object["column"] = column.map { .integer($0) }
    }
    object["key"] = error.key.map { .string($0) }
    object["message"] = .string(error.description)
    return .object(object)
  }
}
