import Glibc

/// How much memory a process holds, as `ps` and `top` show it (RSS).
public enum ResidentMemory {
  /// The resident set of process `pid` in bytes, shared pages included, or `nil` when there is no
  /// such process. The second field of `/proc/PID/statm` counts pages (proc_pid_statm(5)).
  public static func bytes(_ pid: Int32) -> Int? {
    guard let text = TextFile.read("/proc/\(pid)/statm") else { return nil }
    let fields = text.split(separator: " ")
    guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
}
