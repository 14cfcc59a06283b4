/// Sizes for people.
enum ByteText {
  /// `812 MB` or `15.4 GB`, in powers of 1024.
  static func size(_ bytes: Int) -> String {
    let megabytes = bytes >> 20
    guard megabytes >= 1000 else { return "\(megabytes) MB" }
    let tenths = (bytes >> 20) * 10 / 1024
    return "\(tenths / 10).\(tenths % 10) GB"
  }
}
