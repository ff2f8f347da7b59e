import GRDB
import Glibc

/// The file of a store: making it private, opening it, and saying why not.
struct StoreFile {
  let path: String
  let busyTimeout: Double

  /// Opens the database and brings its tables up to date.
  func open(creating: Bool) throws(StoreError) -> DatabasePool {
    let operation = "open the database \(path)"
    guard creating || access(path, F_OK) == 0 else {
      throw StoreError(
        .notWritable, operation: operation, cause: "there is no such file",
        advice: "It is made when an orchestrator first runs.")
    }
    try makePrivate()
    do {
      let pool = try DatabasePool(path: path, configuration: configuration)
      let migrator = StoreSchema.migrator
      guard try pool.read({ try !migrator.hasBeenSuperseded($0) }) else {
        throw StoreError(
          .newerVersion, operation: operation, cause: "a newer version of Parley has written it",
          advice: "Use that version, or set PARLEY_STATE_DIR to another folder.")
      }
      try migrator.migrate(pool)
      return pool
    } catch {
      throw StoreError(error, operation: operation, path: path)
    }
  }

  private var configuration: Configuration {
    var configuration = Configuration()
    configuration.label = "parley.store"
    configuration.busyMode = .timeout(busyTimeout)
    // A transaction that a broken disk keeps from being rolled back fails its jobs, it does not end the process.
    configuration.allowsUnsafeTransactions = true
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA synchronous = FULL")
    }
    return configuration
  }

  /// Makes folder and file, so that only this user can read them: SQLite gives its other files the same mode.
  private func makePrivate() throws(StoreError) {
    let folders = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    for count in folders.indices.dropFirst() {
      let folder = folders[...count].joined(separator: "/")
      if mkdir(folder, 0o700) != 0, errno != EEXIST { throw failure("make the folder \(folder)") }
    }
    let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("open the database \(path)") }
    Glibc.close(descriptor)
  }

  private func failure(_ operation: String) -> StoreError {
    let number = errno
    return StoreError(
      .notWritable, operation: operation, cause: String(cString: strerror(number)),
      advice: "Check its folder with `ls -ld`, or set PARLEY_STATE_DIR to one that you can write.")
  }
}
