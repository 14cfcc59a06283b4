/// A setting outside its range, said so that whoever read the recipe can add where it stands.
package struct SettingProblem: Sendable, Hashable, CustomStringConvertible {
  /// The setting's name in recipes.
  package let setting: String
  package let found: String
  /// The range that is allowed.
  package let expected: String

  /// `beta1 is 1.5, expected at least 0 and below 1`.
  package var description: String { "\(setting) is \(found), expected \(expected)" }
}

/// Collects problems while settings are checked one by one.
struct SettingCheck {
  private(set) var problems: [SettingProblem] = []

  /// A decay rate of an average: 0 ..< 1.
  mutating func fraction(_ setting: String, _ value: Double) {
    expect(setting, value, value >= 0 && value < 1, "at least 0 and below 1")
  }

  mutating func positive(_ setting: String, _ value: Double) {
    expect(setting, value, value > 0 && value.isFinite, "above 0")
  }

  mutating func atLeastZero(_ setting: String, _ value: Double) {
    expect(setting, value, value >= 0 && value.isFinite, "at least 0")
  }

  mutating func expect(_ setting: String, _ value: Double, _ holds: Bool, _ expected: String) {
    if !holds { problems.append(SettingProblem(setting: setting, found: "\(value)", expected: expected)) }
  }
}

/// Settings that can say what is wrong with them.
package protocol CheckedSettings: Sendable, Hashable {
  /// Every setting outside its range; making the optimizer traps unless this is empty.
  var problems: [SettingProblem] { get }
}

extension CheckedSettings {
  func expectNoProblems() {
    precondition(problems.isEmpty, problems.map(\.description).joined(separator: "; "))
  }
}
