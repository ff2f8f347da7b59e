import Foundation
import Testing

@testable import KernelManagement

@Suite("The connection file")
struct ConnectionFileTests {
  @Test("its fields have the protocol's names and defaults")
  func fields() throws {
    let file = ConnectionFile(
      kernelID: "k1", requests: "ipc:///r", events: "ipc:///e", key: "secret")
    let expected =
      #"{"events":"ipc:///e","kernel_id":"k1","key":"secret","max_message_bytes":16777216,"#
      + #""protocol":"1.0","requests":"ipc:///r","signature_scheme":"hmac-sha256","transport":"ipc"}"#
    #expect(String(decoding: try file.bytes(), as: UTF8.self) == expected)
    #expect(try JSONDecoder().decode(ConnectionFile.self, from: Data(file.bytes())) == file)
  }
}
