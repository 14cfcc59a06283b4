internal import FileSystem

/// The date and time that a template's `strftime_now` sees.
///
/// A value of its own, so that the same conversation gives the same text: who renders says what time it is.
package struct TemplateClock: Sendable, Equatable {
  package var year: Int
  /// From 1.
  package var month: Int
  /// From 1.
  package var day: Int
  package var hour: Int
  package var minute: Int
  package var second: Int

  package init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
  }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November",
    "December",
  ]
  private static let weekdays = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ]

  /// Python's `strftime` in English. Throws `InputError` for a field that Pacer does not know.
  func formatted(_ format: String) throws -> String {
    var result = String.UnicodeScalarView()
    var rest = format.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "%" else {
        result.append(scalar)
        continue
      }
      var isPadded = true
      if rest.first == "-" {
        isPadded = false
        rest.removeFirst()
      }
      guard let field = rest.popFirst(), let text = text(of: field, isPadded: isPadded) else {
        throw jinjaError(
          "an unknown field in the format '\(format)'",
          expected: "%Y %y %m %B %b %d %e %A %a %H %I %M %S %p %j %F %T %%")
      }
      result.append(contentsOf: text.unicodeScalars)
    }
    return String(result)
  }

  private func text(of field: Unicode.Scalar, isPadded: Bool) -> String? {
    func padded(_ number: Int, _ width: Int = 2, _ fill: String = "0") -> String {
      let digits = String(number)
      return isPadded ? String(repeating: fill, count: max(0, width - digits.count)) + digits : digits
    }
    switch field {
    case "Y": return String(year)
    case "y": return padded(year % 100)
    case "m": return padded(month)
    case "B": return Self.months[month - 1]
    case "b", "h": return String(Self.months[month - 1].prefix(3))
    case "d": return padded(day)
    case "e": return padded(day, 2, " ")
    case "A": return Self.weekdays[weekday]
    case "a": return String(Self.weekdays[weekday].prefix(3))
    case "H": return padded(hour)
    case "I": return padded((hour + 11) % 12 + 1)
    case "M": return padded(minute)
    case "S": return padded(second)
    case "p": return hour < 12 ? "AM" : "PM"
    case "j": return padded(dayOfYear, 3)
    case "F": return "\(year)-\(padded(month))-\(padded(day))"
    case "T": return "\(padded(hour)):\(padded(minute)):\(padded(second))"
    case "%": return "%"
    default: return nil
    }
  }

  private var isLeapYear: Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  private var dayOfYear: Int {
    let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][month - 1]
    return before + day + (month > 2 && isLeapYear ? 1 : 0)
  }

  /// Sunday is 0. Source: the Gregorian calendar repeats every 400 years, which are whole weeks.
  private var weekday: Int {
    let past = (year - 1) % 400
    return (past * 365 + past / 4 - past / 100 + dayOfYear) % 7
  }
}
