/// How the chunks of a dataset are packed; every chunk carries a Fletcher-32 checksum in any case.
package enum HDF5Compression: Sendable, Equatable {
  /// As they are: for weights, which do not compress.
  case none
  /// Byte shuffle, then deflate at this level, 1 to 9: for tokens, masks and hidden states.
  case deflate(level: Int)
}
