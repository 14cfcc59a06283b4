/// Philox4x32-10: a counter-based random generator. The same key and counter give the same four words on any
/// machine, at any time, in any order; there is no hidden state to save.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011.
package struct Philox: Sendable, Hashable {
  /// The two key words.
  package let key: SIMD2<UInt32>

  /// A generator for one purpose of one seed. Streams with different purposes never overlap.
  package init(seed: UInt64, purpose: Purpose) {
    let mixed = seed &+ (UInt64(purpose.rawValue) &* 0x9E37_79B9_7F4A_7C15)
    key = SIMD2(UInt32(truncatingIfNeeded: mixed), UInt32(truncatingIfNeeded: mixed >> 32))
  }

  /// A generator with the raw key words, as the published test vectors give them.
  package init(key: SIMD2<UInt32>) { self.key = key }

  /// The four random words at `counter`.

  package func words(at counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
    var c = counter
    var k = key
    for _ in 0..<10 {
      let p0 = UInt64(0xD251_1F53) &* UInt64(c.x)
      let p1 = UInt64(0xCD9E_8D57) &* UInt64(c.z)
      c = SIMD4(
        UInt32(truncatingIfNeeded: p1 >> 32) ^ c.y ^ k.x, UInt32(truncatingIfNeeded: p1),
        UInt32(truncatingIfNeeded: p0 >> 32) ^ c.w ^ k.y, UInt32(truncatingIfNeeded: p0))
      k = SIMD2(k.x &+ 0x9E37_79B9, k.y &+ 0xBB67_AE85)
    }
    return c
  }

  /// The four random words at (step, index): the form in which everything in Pacer asks.

  package func words(step: UInt64, index: UInt64) -> SIMD4<UInt32> {
    words(
      at: SIMD4(
        UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32),
        UInt32(truncatingIfNeeded: step), UInt32(truncatingIfNeeded: step >> 32)))
  }

  /// A number in [0, 1) with 53 random bits.

  package func uniform(step: UInt64, index: UInt64) -> Double {
    let w = words(step: step, index: index)
    let bits = (UInt64(w.x) << 32 | UInt64(w.y)) >> 11
    return Double(bits) * 0x1p-53
  }

  /// A number in 0 ..< bound without modulo bias beyond 2^-64.

  package func below(_ bound: Int, step: UInt64, index: UInt64) -> Int {
    precondition(bound > 0, "Philox.below needs a positive bound, got \(bound)")
    let w = words(step: step, index: index)
    let product = (UInt64(w.x) << 32 | UInt64(w.y)).multipliedFullWidth(by: UInt64(bound))
    return Int(product.high)
  }

  /// Two independent standard normal numbers (Box–Muller, in double precision).
  package func normals(step: UInt64, index: UInt64) -> (Double, Double) {
    let w = words(step: step, index: index)
    let u1 = (Double(UInt64(w.x) << 32 | UInt64(w.y)) + 1) * 0x1p-64
    let u2 = Double(UInt64(w.z) << 32 | UInt64(w.w)) * 0x1p-64
    let radius = (-2 * logarithm(u1)).squareRoot()
    return (radius * cosine(2 * .pi * u2), radius * sine(2 * .pi * u2))
  }
}
