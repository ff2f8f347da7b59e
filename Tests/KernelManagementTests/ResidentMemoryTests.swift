import Glibc
import Testing

@testable import KernelManagement

@Suite("Resident memory")
struct ResidentMemoryTests {
  @Test("a process holds some memory, and one that is not there none")
  func bytes() throws {
    let own = try #require(ResidentMemory.bytes(getpid()))
    #expect(own > 1 << 20)
    #expect(own < 1 << 36)
    #expect(ResidentMemory.bytes(-1) == nil)
  }
}
