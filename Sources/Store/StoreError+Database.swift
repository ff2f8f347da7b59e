import GRDB

extension StoreError {
  /// What GRDB threw, with SQLite's result code turned into advice where it tells what to do.
  init(_ error: any Error, operation: String, path: String) {
    if let error = error as? StoreError {
      self = error
      return
    }
    guard let error = error as? DatabaseError else {
      self.init(.database, operation: operation, cause: "\(error)", advice: "Report this.")
      return
    }
    let (code, advice) = Self.meaning(of: error.resultCode, path: path)
    let cause = error.message ?? error.resultCode.description
    self.init(code, operation: operation, cause: cause, advice: advice)
  }

  private static func meaning(of code: ResultCode, path: String) -> (Code, String) {
    switch code {
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      (
        .corrupt,
        "Move \(path) away; a new one is made. `sqlite3 FILE .recover` saves what can be read."
      )
    case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
      (.notWritable, "Check who owns \(path) and its folder, or set PARLEY_STATE_DIR.")
    case .SQLITE_FULL: (.diskFull, "Make room on the file system of \(path).")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      (.busy, "Another process holds \(path): see `fuser \(path)`.")
    default: (.database, "See SQLite's result codes for \(code.rawValue).")
    }
  }
}
