/// The kinds of file-system call this module makes: what an error message says and what a fault is planted in.
package enum FileOperation: String, Sendable, CaseIterable {
  case open, create, read, write, sync, truncate, close, rename, remove, list
  case makeDirectory = "make folder"
}
