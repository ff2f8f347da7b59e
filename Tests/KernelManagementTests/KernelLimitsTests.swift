import Testing

@testable import KernelManagement

@Suite("Limits of a kernel", .timeLimit(.minutes(5)))
struct KernelLimitsTests {
  @Test("a program that wants more memory than its limit is refused it, and one that does not runs")
  func memory() async throws {
    let allocate = "python3 -c 'import sys; b = bytearray(int(sys.argv[1])); print(len(b))' "
    let limits = KernelLimits(memory: 128 << 20)
    let small = try await TestSupport.run(TestSupport.shell(allocate + "1000000", limits: limits))
    let large = try await TestSupport.run(
      TestSupport.shell(allocate + "\(512 << 20)", limits: limits))
    #expect(small.output == "1000000")
    #expect(large.exit == .exited(1))
    #expect(large.errors.contains("MemoryError"))
  }

  @Test("a program that uses up its CPU time gets SIGXCPU")
  func cpuTime() async throws {
    let result = try await TestSupport.run(
      TestSupport.shell("while :; do :; done", limits: KernelLimits(cpuSeconds: 1)))
    #expect(result.exit?.description == "SIGXCPU")
  }

  @Test("open files, processes and core files are limited")
  func counts() async throws {
    let result = try await TestSupport.run(
      TestSupport.shell(
        "grep -E 'open files|processes|core' /proc/self/limits",
        limits: KernelLimits(openFiles: 77, processes: 5000)))
    let rows = result.output.split(separator: "\n").map { $0.split(separator: " ") }
    let soft = rows.map { row in row.first { Int($0) != nil } ?? "" }
    #expect(soft == ["0", "5000", "77"])
  }
}
