import GRDB

/// The tables. A change is a new migration; those that have been released are never edited.
enum StoreSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { database in
      try database.execute(sql: counters + storage + blobs + events + spans)
    }
    // Every span came to another place of the index, and so each cost a page of the log: two thirds of what recording took.
    // Traces are looked for by people, who can wait for a look at all of a bounded table.
    migrator.registerMigration("spans without an index") { database in
      try database.execute(sql: "DROP INDEX spans_by_trace")
    }
    migrator.registerMigration("schemas of plugins") { database in
      try database.execute(sql: schemas)
    }
    migrator.registerMigration("seen events by name") { database in
      try database.execute(sql: seenEvents)
    }
    return migrator
  }

  /// Numbers that a transaction moves on.
  private static let counters = """
    CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
    INSERT INTO counters VALUES ('version', 0), ('event_bytes', 0);
    """

  /// `owner` is a plugin, or empty for the keys that all of a tenant share. Keys are blobs, so that they are compared by
  /// bytes and may have a NUL.
  private static let storage = """
    CREATE TABLE storage (
      tenant TEXT NOT NULL, owner TEXT NOT NULL, key BLOB NOT NULL,
      value BLOB NOT NULL, version INTEGER NOT NULL,
      PRIMARY KEY (tenant, owner, key)) WITHOUT ROWID;
    """

  private static let blobs = """
    CREATE TABLE blobs (hash BLOB PRIMARY KEY, bytes BLOB NOT NULL);
    CREATE TABLE blob_holders (
      hash BLOB NOT NULL REFERENCES blobs, tenant TEXT NOT NULL, owner TEXT NOT NULL,
      held_at INTEGER NOT NULL, PRIMARY KEY (hash, tenant, owner)) WITHOUT ROWID;
    CREATE INDEX blob_holders_by_owner ON blob_holders (tenant, owner);
    """

  /// A delivery is there from the append until it is acknowledged; an event until its last delivery is.
  private static let events = """
    CREATE TABLE subscribers (
      id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, plugin TEXT NOT NULL, pattern TEXT NOT NULL,
      UNIQUE (tenant, plugin, pattern));
    CREATE TABLE events (
      number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, tenant TEXT NOT NULL,
      name TEXT NOT NULL, payload BLOB NOT NULL, metadata BLOB NOT NULL, stored_at INTEGER NOT NULL);
    CREATE TABLE deliveries (
      subscriber INTEGER NOT NULL REFERENCES subscribers ON DELETE CASCADE,
      event INTEGER NOT NULL REFERENCES events ON DELETE CASCADE,
      attempts INTEGER NOT NULL DEFAULT 0, next_try INTEGER NOT NULL DEFAULT 0,
      is_dead INTEGER NOT NULL DEFAULT 0, error TEXT,
      PRIMARY KEY (subscriber, event)) WITHOUT ROWID;
    CREATE INDEX deliveries_by_event ON deliveries (event);
    CREATE TABLE seen_events (
      number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, id TEXT NOT NULL,
      seen_at INTEGER NOT NULL, UNIQUE (tenant, id));
    """

  /// What plugins were loaded with last; `subject` says what of the event or method it is the schema of.
  private static let schemas = """
    CREATE TABLE schemas (
      tenant TEXT NOT NULL, plugin TEXT NOT NULL, subject TEXT NOT NULL, name TEXT NOT NULL,
      version TEXT NOT NULL, document BLOB NOT NULL,
      PRIMARY KEY (tenant, plugin, subject, name)) WITHOUT ROWID;
    """

  /// The ids that emitters gave, of each event by itself: so none pushes out another's.
  private static let seenEvents = """
    DROP TABLE seen_events;
    CREATE TABLE seen_events (
      tenant TEXT NOT NULL, name TEXT NOT NULL, position INTEGER NOT NULL, id TEXT NOT NULL,
      seen_at INTEGER NOT NULL, PRIMARY KEY (tenant, name, position), UNIQUE (tenant, name, id))
      WITHOUT ROWID;
    """

  private static let spans = """
    CREATE TABLE spans (
      number INTEGER PRIMARY KEY, trace TEXT NOT NULL, span INTEGER NOT NULL, parent INTEGER,
      name TEXT NOT NULL, plugin TEXT NOT NULL, language TEXT NOT NULL, caller TEXT,
      requested INTEGER NOT NULL, started INTEGER, ended INTEGER NOT NULL, depth INTEGER NOT NULL,
      outcome TEXT NOT NULL, message TEXT, opened INTEGER NOT NULL);
    CREATE INDEX spans_by_trace ON spans (trace);
    """
}
