import Foundation
import Testing
import ZeroMQ

@Suite("A loop's file descriptors", .timeLimit(.minutes(5)))
struct LoopDescriptorTests {
  @Test("are reported while readable, and when the other end is closed")
  func pipe() async throws {
    try await withRunningLoop { loop in
      let pipe = Pipe()
      let events = Recorder<DescriptorEvents>()
      let descriptor = pipe.fileHandleForReading.fileDescriptor
      try await loop.perform {
        var watch: DescriptorWatch?
        watch = try loop.register(fileDescriptor: descriptor, for: .readable) { seen in
          var byte: UInt8 = 0
          if seen.contains(.readable) { #expect(read(descriptor, &byte, 1) == 1) }
          events.append(seen)
          if seen.contains(.hangUp), let watch { loop.unregister(watch) }
        }
      }
      // Two bytes, of which the handler reads one a call: it is called again (level-triggered).
      try pipe.fileHandleForWriting.write(contentsOf: [1, 2])
      #expect(await events.wait(forCount: 2) == [.readable, .readable])
      try pipe.fileHandleForWriting.close()
      #expect(await events.wait(forCount: 3).last == .hangUp)
    }
  }

  @Test("are reported when there is room to write")
  func writable() async throws {
    try await withRunningLoop { loop in
      let pipe = Pipe()
      let events = Recorder<DescriptorEvents>()
      let descriptor = pipe.fileHandleForWriting.fileDescriptor
      try await loop.perform {
        var watch: DescriptorWatch?
        watch = try loop.register(fileDescriptor: descriptor, for: .writable) { seen in
          events.append(seen)
          if let watch { loop.unregister(watch) }
        }
      }
      #expect(await events.wait(forCount: 1) == [.writable])
    }
  }

  @Test("cannot be files on disk, closed, or watched twice")
  func refusals() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path("file")
    #expect(FileManager.default.createFile(atPath: path, contents: nil))
    let handle = try #require(FileHandle(forReadingAtPath: path))
    let file = handle.fileDescriptor
    let pipe = Pipe()
    let descriptor = pipe.fileHandleForReading.fileDescriptor
    try await withRunningLoop { loop in
      let codes = try await loop.perform {
        _ = try loop.register(fileDescriptor: descriptor, for: .readable) { _ in }
        return [file, -1, descriptor].map { descriptor in
          #expect(throws: ZeroMQError.self) {
            try loop.register(fileDescriptor: descriptor, for: .readable) { _ in }
          }?.code
        }
      }
      #expect(codes == [.permissionDenied, .other, .wrongState])
    }
    withExtendedLifetime((pipe, handle)) {}
  }
}
