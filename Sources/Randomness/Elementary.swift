internal import Foundation

// Thin names for the C library's functions, so that only this file needs Foundation.
func logarithm(_ x: Double) -> Double { log(x) }
func cosine(_ x: Double) -> Double { cos(x) }
func sine(_ x: Double) -> Double { sin(x) }
